//! Every operation and what it does: one list a provider, or a few that do the same.

mod associations;
mod banque_de_france;
mod certificates;
mod data_subvention;
mod dgddi;
mod dgfip;
mod gip_mds;
mod infogreffe;
mod inpi;
mod insee;
mod leave;
mod msa;
mod own;
mod probtp;
mod rnm;
mod urssaf;
mod v_two;
mod vies;
mod work;

use serde_json::Value;

use crate::{
    answers::{
        asked::Asked,
        desk::Desk,
        made::{Made, Said},
    },
    sources::{Ask, Raw},
    trouble::Trouble,
};

/// What one operation does: a line of its provider's list and, for a new resource, a file of `answers`.
pub(super) struct Plan {
    pub(super) operation: &'static str,
    pub(super) work: Work,
}

/// What there is to do.
#[derive(Clone, Copy)]
pub(super) enum Work {
    /// Make one call and map what it gives; the same bytes are mapped once.
    Data(Ask, Map, Shows),
    /// Ask sources at once and make an answer of all they gave; documents may be kept on the way.
    Made(&'static [Source], Make),
    /// List the token's scopes.
    Privileges,
}

/// Calls that are made one after another, within one deadline.
#[derive(Clone, Copy)]
pub(super) struct Source {
    /// The calls; at least one.
    pub(super) asks: &'static [Ask],
    /// Whether the next call is made after one that gave this.
    pub(super) goes_on: fn(&Raw) -> Result<bool, Trouble>,
}

/// What of an entity an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// The entity itself: one that is shown to nobody is refused as such (facts 95).
    Itself,
    /// A part of it: of one that is shown to nobody there is none.
    Part,
    /// What all may see; the rest is withheld.
    ToAll,
}

/// What becomes of what a provider gave. Pure: the same bytes, the same answer.
pub(super) type Map = fn(&Raw, &Asked<'_>) -> Result<Value, Trouble>;

/// What is made of what all sources gave, or of the trouble with them. A trouble that is passed on is the first source's.
pub(super) type Make = fn(Said, &mut Desk<'_>) -> Result<Made, Trouble>;

impl Plan {
    const fn of(operation: &'static str, work: Work) -> Self {
        Self { operation, work }
    }

    /// The plan of an operation.
    pub(super) fn find(operation: &str) -> Option<&'static Self> {
        let mut all = PLANS.iter().copied().flatten();
        all.find(|plan| plan.operation == operation)
    }

    /// The calls it makes, source by source.
    #[cfg(test)]
    pub(super) fn asks(&self) -> Vec<Ask> {
        match self.work {
            Work::Data(ask, ..) => vec![ask],
            Work::Made(sources, _) => sources
                .iter()
                .flat_map(|source| source.asks)
                .copied()
                .collect(),
            Work::Privileges => Vec::new(),
        }
    }
}

impl Source {
    /// Calls that are all made, unless one fails.
    const fn of(asks: &'static [Ask]) -> Self {
        Self {
            asks,
            goes_on: |_| Ok(true),
        }
    }
}

/// Whose answer is the entity itself.
const fn itself(operation: &'static str, ask: Ask, map: Map) -> Plan {
    Plan::of(operation, Work::Data(ask, map, Shows::Itself))
}

/// Whose answer is a part of it.
const fn part(operation: &'static str, ask: Ask, map: Map) -> Plan {
    Plan::of(operation, Work::Data(ask, map, Shows::Part))
}

/// Whose answer is for all.
const fn to_all(operation: &'static str, ask: Ask, map: Map) -> Plan {
    Plan::of(operation, Work::Data(ask, map, Shows::ToAll))
}

/// Whose answer is made of several calls, or holds documents.
const fn made(operation: &'static str, sources: &'static [Source], make: Make) -> Plan {
    Plan::of(operation, Work::Made(sources, make))
}

/// The list of lists.
const PLANS: &[&[Plan]] = &[
    insee::PLANS,
    infogreffe::PLANS,
    urssaf::PLANS,
    dgfip::PLANS,
    banque_de_france::PLANS,
    gip_mds::PLANS,
    vies::PLANS,
    dgddi::PLANS,
    msa::PLANS,
    probtp::PLANS,
    leave::PLANS,
    certificates::PLANS,
    work::PLANS,
    inpi::PLANS,
    associations::PLANS,
    data_subvention::PLANS,
    rnm::PLANS,
    v_two::PLANS,
    own::PLANS,
];
