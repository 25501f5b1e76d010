//! The files that scenario files include, on disk.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use doublure_scenarios::{Files, SourceFile};

/// Fetches files, and remembers what was in them.
#[derive(Debug, Default)]
pub(crate) struct ScenarioFiles {
    seen: RefCell<Vec<String>>,
}

impl ScenarioFiles {
    /// A file that was fetched otherwise.
    pub(crate) fn known(origin: &str, text: String) -> SourceFile {
        SourceFile {
            origin: origin.to_owned(),
            id: id(Path::new(origin)),
            text,
        }
    }

    /// What was in the files that were fetched, in order; where one was missing, nothing.
    pub(crate) fn seen(self) -> Vec<String> {
        self.seen.into_inner()
    }
}

impl Files for ScenarioFiles {
    fn fetch(&self, path: &str, from: &SourceFile) -> Result<SourceFile, String> {
        let folder = Path::new(&from.origin).parent();
        let file = folder.unwrap_or(Path::new("")).join(path);
        // `./` says only that it is a path.
        let file: PathBuf = file.components().collect();
        let origin = file.display().to_string();
        let read = fs::read_to_string(&file);
        let seen = read.as_deref().unwrap_or_default().to_owned();
        self.seen.borrow_mut().push(seen);
        let text = read.map_err(|error| format!("{origin} cannot be read: {error}"))?;
        Ok(Self::known(&origin, text))
    }
}

/// The same for all names of a file; one that is not there has its name only.
fn id(file: &Path) -> String {
    let whole = fs::canonicalize(file);
    whole.as_deref().unwrap_or(file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_from_the_folder_of_the_one_that_includes_it_and_known_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(path("sub/one.yaml"), "one").unwrap();
        let files = ScenarioFiles::default();
        let from = ScenarioFiles::known(&path("sub/two.yaml"), String::new());

        let near = files.fetch("./one.yaml", &from).unwrap();
        let far = files.fetch("../sub/one.yaml", &from).unwrap();
        let missing = files.fetch("three.yaml", &from).unwrap_err();

        assert_eq!((near.text.as_str(), &near.id), ("one", &far.id));
        assert!(
            missing.contains("sub/three.yaml cannot be read"),
            "{missing}"
        );
        assert_eq!(files.seen(), ["one", "one", ""]);
    }
}
