//! Is there an answer on file for exactly these parameters (facts 134)?

use std::{collections::BTreeMap, ops::ControlFlow};

use http::StatusCode;

use crate::{
    Gateway,
    call::{self, Call, Flow, Verdict},
    query::Query,
    route::Target,
};

/// Answers from the files, once all checks are passed.
pub(crate) fn step(gateway: &Gateway, call: &mut Call) -> Flow {
    let (Some(cases), Some(target)) = (&gateway.cases, call.target()) else {
        return ControlFlow::Continue(());
    };
    let params = parameters(target, &call.query);
    let Some(case) = cases.find(&target.operation.id, &params) else {
        return ControlFlow::Continue(());
    };
    let status = StatusCode::from_u16(case.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let answer = call::json(status, call.media, case.payload.clone().into());
    ControlFlow::Break(Verdict::Answer(answer))
}

/// The same before any check, where the session wants that.
pub(crate) fn step_first(gateway: &Gateway, call: &mut Call) -> Flow {
    match gateway.cases_first {
        true => step(gateway, call),
        false => ControlFlow::Continue(()),
    }
}

/// The parameters a case is found by: those of path and query, but for tracing and token.
fn parameters(target: &Target, query: &Query) -> BTreeMap<String, String> {
    query
        .iter()
        .filter(|(name, _)| !is_set_aside(name))
        .chain(target.arguments.iter())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Whether a parameter says nothing of what is asked for.
pub(crate) fn is_set_aside(name: &str) -> bool {
    ["context", "recipient", "object", "token"].contains(&name)
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;
    use crate::arguments::Arguments;

    #[test]
    fn a_case_is_found_by_path_and_query_but_not_by_tracing_or_token() {
        let contract = Contract::built_in();
        let operation = contract.operation("api_entreprise_v3_insee_unites_legales");
        let target = Target {
            operation: operation.unwrap().clone(),
            entity: "418166096".into(),
            arguments: Arguments::such([("siren", "418166096")]),
        };

        let params = parameters(&target, &Query::of(Some("context=a&token=b&annee=2020")));

        let expected = [("annee", "2020"), ("siren", "418166096")];
        assert_eq!(
            params,
            expected
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into()
        );
    }
}
