//! Letters as files, for networks without a mail server.

use crate::{Fault, FaultKind, Letter, Receipt};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder into which each letter is written as a file of its own, named after its Message-ID.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Uses a folder; makes it when it is missing.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn send(&self, letter: &Letter, bytes: Vec<u8>) -> Result<Receipt, Fault> {
        let name: String = letter.id.chars().map(|each| if is_plain(each) { each } else { '_' }).collect();
        let path = self.path.join(format!("{name}.eml"));
        let written = tokio::task::spawn_blocking(move || write(&path, &bytes).map(|()| path)).await;
        let failed = |error: &dyn std::error::Error| Fault::new(FaultKind::Transient, error);
        match written {
            Ok(Ok(path)) => Ok(Receipt { answer: path.display().to_string() }),
            Ok(Err(error)) => Err(failed(&error)),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn is_plain(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '-' | '.' | '@')
}

/// Whoever looks into the folder sees a whole file or none; the same letter again is the same file.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("part");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}
