//! Answers given as files: which of them cannot be used, and which no call can reach.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use doublure_fixtures::{Contract, cases::BadCase};

use crate::terminal::{FAINT, Terminal, WARNING};

/// Tells of both: each faulty file, then the unreachable ones by the reason.
pub(crate) fn tell(
    bad: &[BadCase],
    unreachable: Vec<(PathBuf, String)>,
    cases_first: bool,
    terminal: &Terminal,
) {
    for bad in bad {
        terminal.note(format_args!("{WARNING}case not served{WARNING:#}: {bad}"));
    }
    let hidden = |file: &Path| !cases_first || !is_served(file);
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, reason) in unreachable.into_iter().filter(|(file, _)| hidden(file)) {
        let reason = match is_served(&file) {
            true => format!("{reason} (--cases-first reaches it)"),
            false => reason,
        };
        let files = by_reason.entry(reason).or_default();
        files.push(file.display().to_string());
    }
    for (reason, files) in by_reason {
        terminal.note(format_args!(
            "{WARNING}case unreachable{WARNING:#}: {reason}{FAINT}\n  {}{FAINT:#}",
            files.join("\n  ")
        ));
    }
}

/// Whether the folder that a case stands in is an operation of ours.
fn is_served(file: &Path) -> bool {
    let folder = file.parent().and_then(Path::file_name);
    let operation = folder.map(|name| name.to_string_lossy());
    operation.is_some_and(|id| Contract::built_in().operation(&id).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cases_first: bool) -> String {
        let (terminal, written) = Terminal::in_memory();
        let bad = BadCase {
            file: "cases/some/200.yaml".into(),
            line: 3,
            problem: "no `status`".into(),
        };
        let unreachable = vec![
            (
                "cases/api_entreprise_v3_insee_unites_legales/bad.yaml".into(),
                "wrong check digit".into(),
            ),
            ("cases/nowhere/b.yaml".into(), "not served".into()),
            ("cases/nowhere/a.yaml".into(), "not served".into()),
        ];
        tell(&[bad], unreachable, cases_first, &terminal);
        written.notes()
    }

    #[test]
    fn faulty_files_are_told_one_by_one_and_unreachable_ones_by_the_reason() {
        insta::assert_snapshot!(told(false), @r"
        case not served: cases/some/200.yaml, line 3: no `status`
        case unreachable: not served
          cases/nowhere/b.yaml
          cases/nowhere/a.yaml
        case unreachable: wrong check digit (--cases-first reaches it)
          cases/api_entreprise_v3_insee_unites_legales/bad.yaml
        ");
    }

    #[test]
    fn with_cases_first_only_what_is_not_served_stays_unreachable() {
        let told = told(true);

        assert!(told.contains("not served"), "{told}");
        assert!(!told.contains("wrong check digit"), "{told}");
    }
}
