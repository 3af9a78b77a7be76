#![doc = include_str!("../README.md")]

mod assess;
mod audit;
mod cli;
mod demo;
mod http;
mod import;
mod jobs;
mod output;
mod policy;
mod post;
mod run;
mod site;
mod user;
mod who;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let lang = cli.lang();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&error.to_string());
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run::run(cli)) {
        Ok(code) => code,
        Err(error) => {
            output::complain(&error.sentence(lang));
            ExitCode::FAILURE
        }
    }
}
