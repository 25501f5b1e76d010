//! Which answers on file can never be given.

use std::path::PathBuf;

use doublure_fixtures::{
    Contract, Siren, Siret,
    cases::{Case, Cases},
    contract::{Operation, Parameter, ParameterKind},
};

use crate::steps::cases::is_set_aside;

/// The cases that no call reaches because a check refuses it first, each with the reason.
pub fn unreachable_cases(cases: &Cases, contract: &Contract) -> Vec<(PathBuf, String)> {
    cases
        .iter()
        .flat_map(|(operation, cases)| cases.iter().map(move |case| (operation, case)))
        .filter_map(|(operation, case)| {
            let reason = match contract.operation(operation) {
                None => Some(format!("the operation {operation} is not served")),
                Some(operation) => refused(operation, case),
            };
            Some((case.file.clone(), reason?))
        })
        .collect()
}

fn refused(operation: &Operation, case: &Case) -> Option<String> {
    if let Some(name) = case.params.keys().find(|name| is_set_aside(name)) {
        return Some(format!("cases are not found by `{name}`"));
    }
    let missing = |parameter: &&Parameter| !case.params.contains_key(&parameter.name);
    if let Some(parameter) = operation.parameters.iter().find(missing) {
        let name = &parameter.name;
        return Some(format!("it has no `{name}`, which the path demands"));
    }
    let parameters = operation.parameters.iter().chain(&operation.query);
    parameters
        .filter_map(|parameter| {
            let name = &parameter.name;
            let why = wrong(parameter.kind, case.params.get(name)?)?;
            Some(format!("`{name}` is refused: {why}"))
        })
        .next()
}

/// Why a value is none of its kind, in any year; none: it is.
fn wrong(kind: ParameterKind, value: &str) -> Option<String> {
    let code = kind.refusal(value, u16::MAX)?;
    let told = match kind {
        ParameterKind::Siren => value.parse::<Siren>().err(),
        ParameterKind::Siret => value.parse::<Siret>().err(),
        _ => None,
    };
    Some(told.map_or_else(
        || format!("`{value}` is no {} ({code})", kind.name()),
        |error| error.to_string(),
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn reasons(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, params) in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let case = format!("params:\n  {params}\nstatus: 200\npayload: |-\n  {{}}\n");
            fs::write(path, case).unwrap();
        }
        let (cases, bad) = Cases::load(folder.path()).unwrap();
        assert_eq!(bad, []);
        let unreachable = unreachable_cases(&cases, &Contract::built_in());
        unreachable.into_iter().map(|(_, reason)| reason).collect()
    }

    const UNITES_LEGALES: &str = "api_entreprise_v3_insee_unites_legales";

    #[test]
    fn a_case_whose_parameters_pass_is_reached() {
        let file = format!("{UNITES_LEGALES}/200.yaml");

        assert_eq!(reasons(&[(&file, "siren: '418166096'")]), [""; 0]);
    }

    #[test]
    fn a_case_that_a_check_hides_is_told_with_the_reason() {
        let file = format!("{UNITES_LEGALES}/x.yaml");

        assert_eq!(
            reasons(&[(&file, "siren: '000000001'")]),
            ["`siren` is refused: SIREN `000000001` has a wrong check digit"]
        );
        assert_eq!(
            reasons(&[(&file, "siret: '1'")]),
            ["it has no `siren`, which the path demands"]
        );
        assert_eq!(
            reasons(&[("api_of_the_future/200.yaml", "id: '1'")]),
            ["the operation api_of_the_future is not served"]
        );
    }
}
