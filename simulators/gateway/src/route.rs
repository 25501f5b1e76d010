//! Which operation a path belongs to, without regular expressions.

use std::sync::Arc;

use doublure_fixtures::{Contract, contract::Operation};

use crate::{arguments::Arguments, query::Query};

/// Every route of the contract tables.
#[derive(Debug)]
pub(crate) struct Routes {
    routes: Vec<Route>,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Destination {
    /// To an operation.
    Known(Target),
    /// To an operation that does not exist in this version.
    OtherVersion(Target),
    /// Nowhere.
    Nowhere,
}

/// An operation and what is asked of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// The operation.
    pub(crate) operation: Arc<Operation>,
    /// The one asked about; empty where the operation is about nobody.
    pub(crate) entity: Arc<str>,
    /// The values of its parameters.
    pub(crate) arguments: Arguments,
}

#[derive(Debug)]
struct Route {
    operation: Arc<Operation>,
    version: Option<String>,
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter,
}

impl Routes {
    /// Those of a contract.
    pub(crate) fn of(contract: &Contract) -> Self {
        Self {
            routes: contract.operations().iter().map(Route::of).collect(),
        }
    }

    /// Where a path leads, and what is asked for there.
    pub(crate) fn find(&self, path: &str, query: &Query) -> Destination {
        let (version, rest) = versioned(path);
        let mut other = None;
        for route in &self.routes {
            let Some(in_path) = route.values(rest) else {
                continue;
            };
            let target = || Target::of(&route.operation, &in_path, query);
            if route.version.as_deref() == version {
                return Destination::Known(target());
            }
            if is_newer_than_v_two(version) && is_newer_than_v_two(route.version.as_deref()) {
                other = Some(target());
            }
        }
        other.map_or(Destination::Nowhere, Destination::OtherVersion)
    }
}

impl Destination {
    /// The operation, also where the path asks for a version that it does not have.
    pub(crate) const fn target(&self) -> Option<&Target> {
        match self {
            Self::Known(target) | Self::OtherVersion(target) => Some(target),
            Self::Nowhere => None,
        }
    }
}

impl Target {
    fn of(operation: &Arc<Operation>, in_path: &[&str], query: &Query) -> Self {
        let arguments = Arguments::of(operation, in_path, query);
        Self {
            operation: Arc::clone(operation),
            entity: arguments.entity(operation),
            arguments,
        }
    }
}

impl Route {
    fn of(operation: &Arc<Operation>) -> Self {
        let (version, rest) = versioned(&operation.path);
        let segment = |text: &str| match text.starts_with('{') {
            true => Segment::Parameter,
            false => Segment::Literal(text.to_owned()),
        };
        Self {
            operation: Arc::clone(operation),
            version: version.map(str::to_owned),
            segments: rest.split('/').map(segment).collect(),
        }
    }

    /// What stands in the places of the parameters, if `rest` has this route's form.
    fn values<'a>(&self, rest: &'a str) -> Option<Vec<&'a str>> {
        let mut values = Vec::new();
        let mut parts = rest.split('/');
        for segment in &self.segments {
            let part = parts.next()?;
            match segment {
                Segment::Literal(text) if text != part => return None,
                Segment::Literal(_) => {}
                Segment::Parameter if part.is_empty() => return None,
                Segment::Parameter => values.push(part),
            }
        }
        parts.next().is_none().then_some(values)
    }
}

/// The version of a path (`v3`) and what follows it; no version: the whole path without its first slash.
fn versioned(path: &str) -> (Option<&str>, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path.split_once('/') {
        Some((version, rest)) if number(version).is_some() => (Some(version), rest),
        _ => (None, path),
    }
}

fn number(version: &str) -> Option<u32> {
    let digits = version.strip_prefix('v')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
}

/// From v3 on each operation has versions of its own (002:198).
fn is_newer_than_v_two(version: Option<&str>) -> bool {
    version.and_then(number).is_some_and(|number| number > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> (&'static str, String) {
        let routes = Routes::of(&Contract::built_in());
        match routes.find(path, &Query::default()) {
            Destination::Known(target) => ("known", told(&target)),
            Destination::OtherVersion(target) => ("other version", told(&target)),
            Destination::Nowhere => ("nowhere", String::new()),
        }
    }

    fn told(target: &Target) -> String {
        format!("{} {}", target.operation.id, target.entity)
    }

    #[test]
    fn a_path_leads_to_its_operation_and_tells_the_entity() {
        let (kind, told) = found("/v3/insee/sirene/unites_legales/418166096");

        assert_eq!(kind, "known");
        assert_eq!(told, "api_entreprise_v3_insee_unites_legales 418166096");
    }

    #[test]
    fn what_stands_behind_the_parameter_belongs_to_the_route() {
        let path = "/v3/infogreffe/rcs/unites_legales/418166096/extrait_kbis";

        assert_eq!(
            found(path).1,
            "api_entreprise_v3_infogreffe_extraits_rcs 418166096"
        );
        assert_eq!(found("/v3/infogreffe/rcs/unites_legales/1").0, "nowhere");
        assert_eq!(found(&format!("{path}/")).0, "nowhere");
    }

    #[test]
    fn privileges_stand_with_and_without_a_version() {
        assert_eq!(found("/privileges").1, "api_entreprise_privileges ");
        assert_eq!(found("/v2/privileges").1, "v2_privileges ");
    }

    #[test]
    fn a_version_that_an_operation_does_not_have_is_told_apart_from_an_unknown_path() {
        assert_eq!(
            found("/v9/insee/sirene/unites_legales/1").0,
            "other version"
        );
        assert_eq!(found("/v9/insee/nothing/1").0, "nowhere");
        assert_eq!(found("/v2/insee/sirene/unites_legales/1").0, "nowhere");
        assert_eq!(found("/vx/insee/sirene/unites_legales/1").0, "nowhere");
        assert_eq!(found("/v9/privileges").0, "nowhere");
    }

    #[test]
    fn a_parameter_is_decoded_and_may_not_be_empty() {
        assert_eq!(
            found("/v3/insee/sirene/unites_legales/4181%2066096").1,
            "api_entreprise_v3_insee_unites_legales 4181 66096"
        );
        assert_eq!(found("/v3/insee/sirene/unites_legales/").0, "nowhere");
    }
}
