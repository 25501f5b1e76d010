//! The files that scenario files include, wherever they are.

use std::path::Path;

/// A scenario file that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As people call it.
    pub origin: String,
    /// What tells it from all other files, however it is called.
    pub id: String,
    /// All of it.
    pub text: String,
}

/// Fetches the files that a scenario file includes.
pub trait Files {
    /// The file that `from` includes as `path`: relative to the folder that `from` is in.
    ///
    /// # Errors
    /// Why there is none, in a few words.
    fn fetch(&self, path: &str, from: &SourceFile) -> Result<SourceFile, String>;
}

/// Nobody has files: the text of a scenario came without any.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn fetch(&self, _: &str, _: &SourceFile) -> Result<SourceFile, String> {
        Err(
            "a text that comes without its folder can only include scenarios of the library"
                .to_owned(),
        )
    }
}

impl SourceFile {
    /// The file's name without folder and ending.
    pub fn name(&self) -> String {
        let stem = Path::new(&self.origin).file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }
}

/// Whether a text names a file, and not a scenario of the library.
pub fn is_path(text: &str) -> bool {
    let ending = Path::new(text).extension();
    text.contains('/') || ending.is_some_and(|ending| ending == "yaml" || ending == "yml")
}
