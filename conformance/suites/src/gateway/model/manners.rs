//! What can be wrong with a gateway.

use doublure_rules::GatewayProfile;

use super::{
    answers::{Answer, Came},
    asked::Asked,
};

/// How a model differs from a correct one.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// Not at all.
    Sound,
    /// It keeps to other numbers than those it declares.
    Numbers(fn(&mut GatewayProfile)),
    /// It goes about its work in another way.
    Manner(Manner),
    /// It says something else than it should.
    Says(fn(&Told<'_>, &mut Answer)),
}

/// What an answer is the answer to.
#[derive(Debug)]
pub(super) struct Told<'a> {
    /// The call.
    pub(super) asked: &'a Asked,
    /// What each of its sources led to; none: nobody was asked.
    pub(super) came: &'a [(String, Came)],
}

/// A way to go about the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As it should be.
    Sound,
    /// It never answers when a provider is late.
    NeverGivesUp,
    /// It asks a provider that is late again.
    AsksAgain,
    /// It lets every call wait for the one before it.
    OneAtATime,
    /// Each byte of a drip gives the provider more time.
    DripsOn,
    /// It relays a call that is already running.
    ServesTwins,
    /// Windows begin where those of the other edition begin.
    OtherStart,
    /// Each call moves the end of the window.
    Slides,
    /// A call is counted twice.
    CountsTwice,
    /// One counter for all tokens.
    WithoutTokens,
    /// One counter for all groups.
    WithoutGroups,
    /// One counter for each operation.
    ByOperation,
    /// One counter for each version.
    ByVersion,
    /// What has a limit of its own counts in the group of JSON operations as well.
    ExceptionsInGroup,
    /// Refusals and failures are not counted.
    GoodOnly,
    /// The calls of one window are not given back in the next.
    ForEver,
    /// A refused call frees a place.
    Forgets,
    /// A banned address is told so.
    BanIsForbidden,
    /// The connections of a banned address are ended.
    BanCloses,
    /// A banned address is still told what a token may do.
    BanSparesRights,
    /// A ban is one of the token that brought it about.
    BanSparesTokens,
    /// A ban is one of everybody.
    BanOfAll,
    /// Calls under a ban begin it anew.
    BanIsRenewed,
}
