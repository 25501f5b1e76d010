//! A broken gateway as a record.

use doublure_control::Overrides;
use doublure_fixtures::Edition;

use crate::{front::Flaw, proxy::Sabotage};

/// A gateway that is broken in one way, and what must be said of it.
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    /// Its name, for ever.
    pub name: &'static str,
    /// What it does that no gateway should, in one sentence.
    pub breaks: &'static str,
    /// How it is made.
    pub how: How,
    /// The editions in which that is a defect.
    pub editions: &'static [Edition],
    /// The rules that must fail, each for this reason.
    pub kills: &'static [(&'static str, &'static str)],
    /// Rules that may fail beside them, for the same cause.
    pub collateral: &'static [&'static str],
    /// The rule that will catch it, where that is not in the catalogue yet: until then it goes unseen.
    pub awaits: Option<&'static str>,
}

/// How a broken gateway is made from the simulated one.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// By numbers and manners that differ from those it declares.
    Overrides(fn(Edition) -> Overrides),
    /// By a proxy before it.
    Sabotage(Sabotage),
    /// By a front that shakes hands otherwise.
    Handshake(Flaw),
    /// By both.
    Both(fn(Edition) -> Overrides, Sabotage),
}

impl Mutant {
    /// In what its session differs from the edition.
    pub fn overrides(&self, edition: Edition) -> Overrides {
        match self.how {
            How::Overrides(differing) | How::Both(differing, _) => differing(edition),
            How::Sabotage(_) | How::Handshake(_) => Overrides::default(),
        }
    }

    /// What the proxy before it spoils; none: it needs no proxy.
    pub const fn sabotage(&self) -> Option<Sabotage> {
        match self.how {
            How::Sabotage(sabotage) | How::Both(_, sabotage) => Some(sabotage),
            How::Overrides(_) | How::Handshake(_) => None,
        }
    }

    /// What is spoilt of a handshake.
    pub const fn flaw(&self) -> Flaw {
        match self.how {
            How::Handshake(flaw) => flaw,
            How::Overrides(_) | How::Sabotage(_) | How::Both(..) => Flaw::None,
        }
    }

    /// What mutants have in common unless they say otherwise.
    pub(super) const COMMON: Self = Self {
        name: "",
        breaks: "",
        how: How::Sabotage(Sabotage::Nothing),
        editions: &[Edition::Documented, Edition::Observed],
        kills: &[],
        collateral: &[],
        awaits: None,
    };
}
