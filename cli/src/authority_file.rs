//! `--tls`: the certificate that callers have to believe, in a file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::exit::Failure;

/// Writes an authority's certificate where callers find it; returns the whole path. What an earlier start wrote is
/// written over, anything else is left alone.
///
/// # Errors
/// Another file is there, or none can be made.
pub(crate) fn write(path: &Path, pem: &str) -> Result<PathBuf, Failure> {
    let name = path.display();
    let refused = |error: io::Error| {
        Failure::new(format!("cannot write authority {name}: {error}"))
            .help("name a file that can be written to with --tls-authority")
    };
    match fs::read_to_string(path) {
        Ok(known) if !known.starts_with(MARK) => {
            return Err(Failure::new(format!(
                "{name} is there, and no authority of an earlier start"
            ))
            .help("name another file with --tls-authority"));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
        _ => {}
    }
    fs::write(path, format!("{MARK}\n{pem}")).map_err(refused)?;
    std::path::absolute(path).map_err(refused)
}

/// What every file of ours starts with; readers of PEM pass over it.
const MARK: &str = "# The authority of a Doublure that plays API Entreprise: made anew at each start, to be believed in tests only.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("authority.pem");

        write(&path, "first").unwrap();
        write(&path, "second").unwrap();

        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with("\nsecond"), "{text}");
    }

    #[test]
    fn a_file_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("precious.pem");
        fs::write(&path, "precious").unwrap();

        let refusal = write(&path, "first").unwrap_err().to_string();

        assert!(refusal.contains("--tls-authority"), "{refusal}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }
}
