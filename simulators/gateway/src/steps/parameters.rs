//! Do the parameters hold what they must (002:142)? All that do not are named at once (facts 30).

use std::ops::ControlFlow;

use doublure_fixtures::contract::Operation;
use doublure_journal::Moment;

use crate::{
    answers::dates,
    arguments::Arguments,
    call::{Call, Flow, Verdict},
    refusal::Refusal,
};

/// Keeps out values that are none of their kind.
pub(crate) fn step(call: &mut Call, now: Moment) -> Flow {
    let refusals = call.target().map_or_else(Vec::new, |target| {
        decide(&target.operation, &target.arguments, this_year(now))
    });
    if refusals.is_empty() {
        return ControlFlow::Continue(());
    }
    ControlFlow::Break(Verdict::Refused {
        refusals,
        gateway_error: None,
    })
}

/// The refusals of the values that their parameters cannot hold, in the order of path and query.
fn decide(operation: &Operation, arguments: &Arguments, this_year: u16) -> Vec<Refusal> {
    let parameters = operation.parameters.iter().chain(&operation.query);
    parameters
        .filter_map(|parameter| {
            let value = arguments.value(&parameter.name)?;
            parameter.kind.refusal(value, this_year).map(Refusal::of)
        })
        .collect()
}

/// The year it is in Paris.
fn this_year(now: Moment) -> u16 {
    let year = dates::day_in_paris(now.unix_seconds()).year();
    u16::try_from(year).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::{
        Contract,
        contract::{Parameter, ParameterKind},
    };

    use super::*;

    fn codes(operation: &Operation, arguments: &Arguments) -> Vec<String> {
        let refusals = decide(operation, arguments, 2026).into_iter();
        refusals.map(|refusal| refusal.code.into_owned()).collect()
    }

    fn of(id: &str) -> Operation {
        let contract = Contract::built_in();
        contract.operation(id).unwrap().as_ref().clone()
    }

    #[test]
    fn a_siren_is_no_siret_and_neither_is_twenty_digits() {
        let company = of("api_entreprise_v3_insee_unites_legales");
        let place = of("api_entreprise_v3_insee_etablissements");
        let siren = |value| codes(&company, &Arguments::such([("siren", value)]));
        let siret = |value| codes(&place, &Arguments::such([("siret", value)]));

        assert_eq!(siren("418166096"), [""; 0]);
        assert_eq!(siret("41816609600069"), [""; 0]);
        assert_eq!(siren("12345678901234567890"), ["00301"]);
        assert_eq!(siret("418166096"), ["00302"]);
        assert_eq!(siren("000000001"), ["00301"]);
    }

    #[test]
    fn all_that_is_wrong_is_named_in_the_order_of_path_and_query() {
        let mut operation = of("api_entreprise_v3_insee_unites_legales");
        let parameter = |name: &str, kind| Parameter {
            name: name.to_owned(),
            kind,
        };
        let kind = ParameterKind::DgfipYear;
        operation.parameters.push(parameter("year", kind));
        let kind = ParameterKind::Limit;
        operation.query.push(parameter("limit", kind));

        let wrong = Arguments::such([("siren", "1"), ("year", "2026"), ("limit", "0")]);
        let without_limit = Arguments::such([("siren", "418166096"), ("year", "2025")]);

        assert_eq!(codes(&operation, &wrong), ["00301", "00315", "00313"]);
        assert_eq!(codes(&operation, &without_limit), [""; 0]);
    }

    #[test]
    fn a_year_begins_in_paris() {
        assert_eq!(this_year("2025-12-31T22:59:59Z".parse().unwrap()), 2025);
        assert_eq!(this_year("2025-12-31T23:00:00Z".parse().unwrap()), 2026);
    }
}
