//! Answers given as files: which of them cannot be used, and which no call can reach.

use std::collections::BTreeMap;

use doublure_fixtures::{
    Contract, Siren, Siret,
    cases::{Case, Cases},
    contract::{Operation, Parameter, ParameterKind},
};

use crate::{
    session_args::Play,
    terminal::{FAINT, Terminal, WARNING},
};

/// Tells of both.
pub(crate) fn tell(play: &Play, cases_first: bool, terminal: &Terminal) {
    for bad in &play.bad_cases {
        terminal.note(format_args!("{WARNING}case not served{WARNING:#}: {bad}"));
    }
    let Some(cases) = &play.cases else { return };
    for (reason, files) in unreachable(cases, &Contract::built_in(), cases_first) {
        terminal.note(format_args!(
            "{WARNING}case unreachable{WARNING:#}: {reason}{FAINT}\n  {}{FAINT:#}",
            files.join("\n  ")
        ));
    }
}

/// Files that no call can reach, by the reason.
fn unreachable(
    cases: &Cases,
    contract: &Contract,
    cases_first: bool,
) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, cases) in cases.iter() {
        for case in cases {
            let reason = match contract.operation(id) {
                None => Some(format!("operation {id} is not served")),
                Some(_) if cases_first => None,
                Some(operation) => obstacle(operation, case)
                    .map(|obstacle| format!("{obstacle} (--cases-first reaches it)")),
            };
            if let Some(reason) = reason {
                let file = case.file.display().to_string();
                found.entry(reason).or_default().push(file);
            }
        }
    }
    found
}

/// The check that a call with these parameters does not pass.
fn obstacle(operation: &Operation, case: &Case) -> Option<String> {
    let Parameter { name, kind } = operation.parameter.as_ref()?;
    let Some(value) = case.params.get(name) else {
        return Some(format!(
            "{} demands `{name}`, which its params lack",
            operation.id
        ));
    };
    let parsed = match kind {
        ParameterKind::Siren => value.parse::<Siren>().map(drop),
        ParameterKind::Siret => value.parse::<Siret>().map(drop),
    };
    parsed.err().map(|refusal| refusal.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn loaded(files: &[(&str, &str, &str)]) -> (tempfile::TempDir, Cases) {
        let folder = tempfile::tempdir().unwrap();
        for (operation, file, params) in files {
            let operation = folder.path().join(operation);
            fs::create_dir_all(&operation).unwrap();
            let text = format!("params:\n  {params}\nstatus: 200\npayload: '{{}}'\n");
            fs::write(operation.join(file), text).unwrap();
        }
        let (cases, bad) = Cases::load(folder.path()).unwrap();
        assert!(bad.is_empty(), "{bad:?}");
        (folder, cases)
    }

    const OPERATION: &str = "api_entreprise_v3_insee_unites_legales";

    #[test]
    fn a_case_that_a_call_can_reach_is_not_told() {
        let (_folder, cases) = loaded(&[(OPERATION, "200.yaml", "siren: '418166096'")]);

        let told = unreachable(&cases, &Contract::built_in(), false);

        assert_eq!(told, BTreeMap::new());
    }

    #[test]
    fn a_case_is_told_with_the_check_that_stands_before_it() {
        let (_folder, cases) = loaded(&[
            (OPERATION, "bad.yaml", "siren: '418166097'"),
            (OPERATION, "none.yaml", "siret: '41816609600069'"),
            ("api_entreprise_v3_nowhere", "200.yml", "siren: '418166096'"),
        ]);

        let told = unreachable(&cases, &Contract::built_in(), false);

        let reasons: Vec<_> = told.keys().map(String::as_str).collect();
        assert_eq!(
            reasons,
            [
                "SIREN `418166097` has a wrong check digit (--cases-first reaches it)",
                "api_entreprise_v3_insee_unites_legales demands `siren`, which its params lack (--cases-first reaches it)",
                "operation api_entreprise_v3_nowhere is not served",
            ]
        );
    }

    #[test]
    fn with_cases_first_only_an_operation_that_is_not_served_is_in_the_way() {
        let (_folder, cases) = loaded(&[
            (OPERATION, "bad.yaml", "siren: '418166097'"),
            ("api_entreprise_v3_nowhere", "200.yml", "siren: '418166096'"),
        ]);

        let told = unreachable(&cases, &Contract::built_in(), true);

        assert_eq!(told.len(), 1, "{told:?}");
    }
}
