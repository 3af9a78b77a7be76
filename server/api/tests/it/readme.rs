//! The examples of the README do what they say.

use crate::common::each_audited_database;
use crate::program::{Program, all_scopes};
use crate::site::Site;
use axum::http::{Method, StatusCode};
use domain::duty::Role;

const README: &str = include_str!("../../README.md");

/// A command in pieces, without its quotes.
fn pieces(command: &str) -> Vec<String> {
    let (mut pieces, mut piece, mut quote) = (Vec::new(), String::new(), None);
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ' ') => pieces.push(std::mem::take(&mut piece)),
            _ => piece.push(character),
        }
    }
    pieces.push(piece);
    pieces
}

#[test]
fn examples_work() {
    each_audited_database(async |db| {
        access::start().await.expect("the policy is read");
        let office = Site::with_sample(db).await;
        let clerk = Program::of(&office.sign_in(Role::Handler, "410505101").await, &all_scopes()).await;
        let office = Program::of(&office, &all_scopes()).await;
        let (mut assignment, mut file) = (String::new(), String::new());
        let mut number = 0;
        for command in README.lines().filter(|line| line.starts_with("curl ")) {
            let (mut headers, mut body, mut path, mut saves) = (Vec::new(), None, String::new(), false);
            let mut pieces = pieces(command).into_iter().skip(1);
            while let Some(piece) = pieces.next() {
                match piece.as_str() {
                    "-H" => headers.push(pieces.next().expect("a header")),
                    "-d" => body = Some(pieces.next().expect("a body").replace("$ASSIGNMENT", &assignment)),
                    "--data-binary" => body = pieces.next().map(|_| file.clone()),
                    "-o" => saves = pieces.next().is_some(),
                    address => path = address.trim_start_matches("http://127.0.0.1:3000/api/v1").to_owned(),
                }
            }
            let pairs: Vec<(&str, &str)> =
                headers.iter().filter_map(|header| header.split_once(": ")).collect();
            assert!(pairs.contains(&("Authorization", "Bearer $TOKEN")), "{command}");
            let others: Vec<(&str, &str)> =
                pairs.into_iter().filter(|(name, _)| *name != "Authorization").collect();
            let method = if body.is_some() { Method::POST } else { Method::GET };
            let is_file = path.starts_with("/imports") || path.starts_with("/exports");
            let program = if is_file { &office } else { &clerk };
            let answered = program.send(method, &path, &others, body.unwrap_or_default()).await;
            assert!(answered.status.is_success(), "{command}: {answered:?}");
            if path.starts_with("/assignments") {
                assignment = answered.at("/items/0/id");
            }
            if path.starts_with("/cases") && answered.status == StatusCode::OK {
                assert_eq!(answered.at("/total"), "1");
            }
            if saves {
                file = answered.text;
            }
            number += 1;
        }
        assert_eq!(number, 7);
    });
}
