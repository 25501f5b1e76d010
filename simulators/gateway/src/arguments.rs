//! What a call asks for: the values of the parameters that its operation has, in path and query.

use std::sync::Arc;

use doublure_fixtures::contract::{Operation, Whom};

use crate::query::{self, Query};

/// The values of an operation's parameters, decoded: those of the path, then those that the query has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Arguments(Arc<[(String, Arc<str>)]>);

impl Arguments {
    /// Those of a call: `in_path` stands in the order of the operation's path parameters.
    pub(crate) fn of(operation: &Operation, in_path: &[&str], query: &Query) -> Self {
        let path = operation.parameters.iter().zip(in_path);
        let path = path.map(|(parameter, text)| (&parameter.name, query::decoded(text).into()));
        let query = operation.query.iter().filter_map(|parameter| {
            let value = query.value(&parameter.name)?;
            Some((&parameter.name, value.into()))
        });
        let both = path.chain(query);
        Self(both.map(|(name, value)| (name.clone(), value)).collect())
    }

    /// Those of a question about one.
    pub(crate) fn about(operation: &Operation, whom: Whom) -> Self {
        let values = operation.parameters.iter().map(|parameter| {
            let value = parameter.kind.value_for(whom);
            (parameter.name.clone(), value.into())
        });
        Self(values.collect())
    }

    /// The value of a parameter; none: the call has it not.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.shared(name).map(|value| &**value)
    }

    /// The value of the parameter that names the one asked about; empty where there is none.
    pub(crate) fn entity(&self, operation: &Operation) -> Arc<str> {
        let whom = operation.whom();
        let value = whom.and_then(|parameter| self.shared(&parameter.name));
        value.map_or_else(|| "".into(), Arc::clone)
    }

    /// Names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    fn shared(&self, name: &str) -> Option<&Arc<str>> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }
}

#[cfg(test)]
impl Arguments {
    /// Such values.
    pub(crate) fn such<const N: usize>(values: [(&str, &str); N]) -> Self {
        Self(
            values
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;

    fn of(id: &str, in_path: &[&str], query: &str) -> (Arguments, Arc<str>) {
        let contract = Contract::built_in();
        let operation = contract.operation(id).unwrap();
        let arguments = Arguments::of(operation, in_path, &Query::of(Some(query)));
        let entity = arguments.entity(operation);
        (arguments, entity)
    }

    #[test]
    fn path_and_query_are_read_and_what_the_operation_has_not_is_left_out() {
        let (arguments, entity) = of(
            "v2_entreprises_restored",
            &["4181%2066096"],
            "non_diffusables=true&annee=2020",
        );

        assert_eq!(&*entity, "4181 66096");
        assert_eq!(arguments.value("siren"), Some("4181 66096"));
        assert_eq!(arguments.value("non_diffusables"), Some("true"));
        assert_eq!(arguments.value("annee"), None);
        assert_eq!(arguments.iter().count(), 2);
    }

    #[test]
    fn an_operation_without_parameters_is_about_nobody() {
        let (arguments, entity) = of("api_entreprise_privileges", &[], "");

        assert_eq!((arguments.iter().count(), &*entity), (0, ""));
    }
}
