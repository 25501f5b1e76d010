//! Scenarios that come after all that a file says itself.

use super::{empty, field::Field, findings::Findings, read as read_root, tree};
use crate::{Files, Names, Scenario, ScenarioError, SourceFile, files::is_path, library};

/// What is known while a file is read.
pub(super) struct Reading<'a> {
    pub(super) names: &'a dyn Names,
    files: &'a dyn Files,
    /// The file itself, and before it those that include it.
    above: Vec<&'a SourceFile>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(names: &'a dyn Names, files: &'a dyn Files) -> Self {
        Self {
            names,
            files,
            above: Vec::new(),
        }
    }

    /// Within this file.
    fn of<'b>(&'b self, file: &'b SourceFile) -> Reading<'b> {
        Reading {
            names: self.names,
            files: self.files,
            above: self.above.iter().copied().chain([file]).collect(),
        }
    }
}

/// Reads a whole file, and those that it includes.
pub(super) fn read_file(
    name: &str,
    file: &SourceFile,
    reading: &Reading<'_>,
) -> Result<Scenario, ScenarioError> {
    let mut findings = Findings::default();
    let root = tree::parse(&file.text)?.ok_or_else(empty)?;
    let mut scenario = read_root(&root, &reading.of(file), &mut findings);
    name.clone_into(&mut scenario.name);
    file.text.clone_into(&mut scenario.text);
    let mut scenario = findings.clear(scenario)?;
    if includes_files(&Field::root(&root)) {
        // Its own text means nothing to whoever has not got these files.
        scenario.text = scenario.to_yaml();
    }
    Ok(scenario)
}

/// Reads what a file includes.
pub(super) fn read(
    include: &Field<'_>,
    reading: &Reading<'_>,
    findings: &mut Findings,
) -> Vec<Scenario> {
    let wanted = "a list of scenarios, such as `[slow-provider, ./mine.yaml]`";
    let items = include.list(wanted, findings).unwrap_or_default();
    let scenarios = items.into_iter().filter_map(|item| {
        let wanted = "the name of a scenario of the library, or the path of a file";
        let file = match item.text(wanted, findings)? {
            path if is_path(path) => fetched(path, &item, reading, findings),
            _ => of_library(&item, findings),
        }?;
        let mut above = reading.above.iter();
        if let Some(place) = above.position(|above| above.id == file.id) {
            let circle = reading.above[place..]
                .iter()
                .map(|above| above.origin.as_str());
            let circle: Vec<&str> = circle.chain([file.origin.as_str()]).collect();
            let problem = format!("`{}` includes itself: {}", file.origin, circle.join(" → "));
            item.wrong(findings, problem);
            return None;
        }
        match read_file(&file.name(), &file, reading) {
            Ok(scenario) => Some(scenario),
            Err(error) => {
                item.wrong(findings, unreadable(&file, &error));
                None
            }
        }
    });
    scenarios.collect()
}

fn of_library(item: &Field<'_>, findings: &mut Findings) -> Option<SourceFile> {
    let known: Vec<&str> = library::all().iter().map(|entry| entry.name).collect();
    let name = item.one_of("scenario of the library", &known, findings)?;
    let entry = library::find(name)?;
    Some(SourceFile {
        origin: entry.name.to_owned(),
        id: entry.name.to_owned(),
        text: entry.text.to_owned(),
    })
}

fn fetched(
    path: &str,
    item: &Field<'_>,
    reading: &Reading<'_>,
    findings: &mut Findings,
) -> Option<SourceFile> {
    let from = reading.above.last()?;
    match reading.files.fetch(path, from) {
        Ok(file) => Some(file),
        Err(why) => {
            item.wrong(findings, format!("cannot include `{path}`: {why}"));
            None
        }
    }
}

/// The first error with its place and field, and how many more there are.
fn unreadable(file: &SourceFile, error: &ScenarioError) -> String {
    let ScenarioError { line, column, .. } = error;
    let field = match error.field.as_str() {
        "" => String::new(),
        field => format!(", in `{field}`"),
    };
    let more = match error.more.len() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let (origin, problem) = (&file.origin, &error.problem);
    format!("`{origin}` cannot be read: {origin}:{line}:{column}{field}: {problem}{more}")
}

fn includes_files(root: &Field<'_>) -> bool {
    let include = root.at(&["include"]);
    let items = include.list("a list", &mut Findings::default());
    let mut items = items.into_iter().flatten();
    items.any(|item| {
        item.text("a text", &mut Findings::default())
            .is_some_and(is_path)
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use super::*;
    use crate::names::Sample;

    /// Files in memory, by their paths.
    struct Folder(BTreeMap<&'static str, &'static str>);

    impl Files for Folder {
        fn fetch(&self, path: &str, from: &SourceFile) -> Result<SourceFile, String> {
            let folder = Path::new(&from.id).parent().unwrap();
            let id = folder.join(path.trim_start_matches("./"));
            let id = id.to_str().unwrap().to_owned();
            let text = self.0.get(id.as_str()).ok_or("no such file")?;
            Ok(SourceFile {
                origin: id.clone(),
                id,
                text: (*text).to_owned(),
            })
        }
    }

    /// Reads `top.yaml` among these files.
    fn top(files: &[(&'static str, &'static str)]) -> Result<Scenario, ScenarioError> {
        let folder = Folder(files.iter().copied().collect());
        let file = SourceFile {
            origin: "top.yaml".into(),
            id: "top.yaml".into(),
            text: folder.0["top.yaml"].into(),
        };
        Scenario::parse_file(&file, &Sample, &folder)
    }

    const FALLS: &str = "faults:\n  - { name: falls, then: close, enters: down }\n  - { name: stays, when: { state: down }, then: reset }\n";

    #[test]
    fn files_are_included_from_the_folder_of_the_file_that_includes_them() {
        let scenario = top(&[
            (
                "top.yaml",
                "include: [sub/middle.yaml, slow-provider]\nfaults: []\n",
            ),
            (
                "sub/middle.yaml",
                "include: [./deep.yaml]\nfaults:\n  - { name: middle, delay: 1s }\n",
            ),
            ("sub/deep.yaml", FALLS),
        ])
        .unwrap();

        let names: Vec<&str> = scenario
            .faults
            .iter()
            .map(|fault| fault.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "middle",
                "falls",
                "stays",
                "log-in-is-fast",
                "providers-are-slow"
            ]
        );
        assert_eq!(scenario.faults[2].when.state.as_deref(), Some("deep.down"));
    }

    #[test]
    fn what_includes_files_has_all_of_them_in_its_text() {
        let scenario = top(&[
            (
                "top.yaml",
                "include: [falls.yaml]\nfaults:\n  - { then: close, when: { first: 1 } }\n",
            ),
            ("falls.yaml", FALLS),
        ])
        .unwrap();

        let again = Scenario::parse("top", &scenario.text, &Sample).unwrap();

        assert_eq!(again, scenario);
    }

    #[test]
    fn what_cannot_be_included_is_told_where_it_is_named() {
        let missing = top(&[("top.yaml", "include:\n  - calm\n  - no/such.yaml\n")]);
        let circle = top(&[
            ("top.yaml", "include: [other.yaml]\n"),
            ("other.yaml", "include: [top.yaml]\n"),
        ]);
        let wrong = top(&[
            ("top.yaml", "include: [other.yaml]\n"),
            (
                "other.yaml",
                "faults:\n  - { dealy: 1s }\n  - { dealy: 1s }\n",
            ),
        ]);
        let homeless = Scenario::parse("text", "include: [other.yaml]\n", &Sample);

        let told = [missing, circle, wrong, homeless]
            .map(|read| read.unwrap_err())
            .map(|error| format!("{error} [{}]", error.field));
        insta::assert_snapshot!(told.join("\n"));
    }
}
