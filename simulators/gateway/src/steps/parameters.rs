//! Does the path parameter hold what it must (002:142)?

use doublure_fixtures::{
    Siren, Siret,
    contract::{Parameter, ParameterKind},
};

use crate::{
    call::{Call, Flow, unless},
    refusal::Refusal,
};

/// Keeps out identifiers that are none.
pub(crate) fn step(call: &mut Call) -> Flow {
    let refusal = call.target().and_then(|target| {
        let parameter = target.operation.parameter.as_ref()?;
        decide(parameter, &target.entity)
    });
    unless(refusal)
}

/// The refusal of a value that its parameter cannot hold.
pub(crate) fn decide(parameter: &Parameter, value: &str) -> Option<Refusal> {
    let (fits, code) = match parameter.kind {
        ParameterKind::Siren => (value.parse::<Siren>().is_ok(), "00301"),
        ParameterKind::Siret => (value.parse::<Siret>().is_ok(), "00302"),
    };
    (!fits).then(|| Refusal::of(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: ParameterKind, value: &str) -> Option<String> {
        let name = "siren".to_owned();
        let refusal = decide(&Parameter { name, kind }, value);
        refusal.map(|refusal| refusal.code.into_owned())
    }

    #[test]
    fn a_siren_is_no_siret_and_neither_is_twenty_digits() {
        assert_eq!(code(ParameterKind::Siren, "418166096"), None);
        assert_eq!(code(ParameterKind::Siret, "41816609600069"), None);
        assert_eq!(
            code(ParameterKind::Siren, "12345678901234567890").as_deref(),
            Some("00301")
        );
        assert_eq!(
            code(ParameterKind::Siret, "418166096").as_deref(),
            Some("00302")
        );
        assert_eq!(
            code(ParameterKind::Siren, "000000001").as_deref(),
            Some("00301")
        );
    }
}
