//! What can be wrong with a gateway.

use doublure_journal::Handshake;
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
    /// It shakes hands otherwise than it should.
    Shakes(fn(&mut Handshake)),
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
    /// What is ignored is counted by token.
    IgnoredByToken,
    /// A ban is one of everybody.
    BanOfAll,
    /// Calls under a ban begin it anew.
    BanIsRenewed,
    /// Who is never banned is forbidden to call instead.
    ForbidsSpared,
    /// Asking how services are is no request of an address.
    PingsAreFree,
    /// Refusals and failures are counted twice.
    RefusalsTwice,
    /// One call too few is given back in the next window.
    GivesLessBack,
    /// Calls with a forged token are counted for the good one.
    CountsForged,
    /// A call that is refused because it is running asks the provider all the same.
    AsksForTwins,
    /// A token is at its end two seconds early.
    TokensEndEarly,
    /// Kept answers are given to who wants none.
    KeepsAnyway,
    /// Failures of providers are kept.
    KeepsErrors,
    /// Links end before their term.
    LinksEndEarly,
    /// Links live longer than their term.
    LinksLiveOn,
}
