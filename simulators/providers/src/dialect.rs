//! What every provider has in common: calls with names, an answer, refusals in its own words.

use bytes::Bytes;
use doublure_fixtures::{
    Date, World,
    world::{Company, Establishment, Identity},
};
use doublure_journal::Moment;
use doublure_scenarios::Symptom;
use http::Request;
use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::{
    oauth::{self, Grant},
    words::Words,
};

/// How one provider speaks. Pure: what it says depends on nothing but what it is asked and the world.
pub(crate) trait Dialect: Send + Sync + 'static {
    /// Its calls for data.
    type Call: Copy + PartialEq + Send + Sync + 'static;

    /// Its id in the contract table.
    const ID: &'static str;

    /// Every call it has and its name, log-in first.
    const CALLS: &'static [(&'static str, Line<Self::Call>)];

    /// How one logs in; none: its calls stand open.
    const GRANT: Option<Grant>;

    /// Which of its calls a request is, and about whom; none: a path or verb it does not have.
    fn route(request: &Request<Bytes>) -> Option<Route<Self::Call>>;

    /// What else a request asks for besides whom it is about: a year, a kind; empty: nothing.
    fn details(_request: &Request<Bytes>) -> String {
        String::new()
    }

    /// What it says when all is well with it. `asked.now` is the start of the session's day.
    fn answer(asked: &Asked<'_, Self::Call>, world: &World) -> Words;

    /// What it says when it suffers; none: it has no words for that.
    fn refuse(asked: &Asked<'_, Self::Call>, symptom: Symptom) -> Option<Words>;

    /// What it says to a request that is none of its calls.
    fn stray(request: &Request<Bytes>) -> Words;

    /// What it says when it suffers, for any of its calls.
    fn refuse_line(
        line: Line<Self::Call>,
        entity: &str,
        now: Moment,
        symptom: Symptom,
    ) -> Option<Words> {
        match line {
            Line::Login => oauth::refuse(Self::GRANT?, symptom),
            Line::Data(call) => Self::refuse(&Asked::of(call, entity, now), symptom),
        }
    }

    /// Whether it has words for a symptom in any of its calls.
    fn speaks(symptom: Symptom) -> bool {
        Self::CALLS
            .iter()
            .any(|&(_, line)| Self::refuse_line(line, "", Moment::default(), symptom).is_some())
    }
}

/// A call of a provider: the log-in, which all that have one share, or one for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line<C> {
    /// `login`.
    Login,
    /// A call for data.
    Data(C),
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route<C> {
    /// Which call it is.
    pub(crate) line: Line<C>,
    /// The SIREN or SIRET it asks about; none: it names none that could be one.
    pub(crate) entity: Option<String>,
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a, C> {
    /// Which call.
    pub(crate) call: C,
    /// About whom; empty: the request names none that could be one.
    pub(crate) entity: &'a str,
    /// What else was asked for, as [`Dialect::details`] reads it.
    pub(crate) details: &'a str,
    /// The session's time.
    pub(crate) now: Moment,
}

impl<C> Route<C> {
    /// The log-in.
    pub(crate) const LOGIN: Self = Self {
        line: Line::Login,
        entity: None,
    };

    /// A call for data about `entity`, if that has as many digits as a number of its kind.
    pub(crate) fn data(call: C, entity: &str, digits: usize) -> Self {
        let plausible = entity.len() == digits && entity.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            line: Line::Data(call),
            entity: plausible.then(|| entity.to_owned()),
        }
    }
}

impl<'a, C> Asked<'a, C> {
    /// A question about an entity and nothing else.
    pub(crate) const fn of(call: C, entity: &'a str, now: Moment) -> Self {
        Self {
            call,
            entity,
            details: "",
            now,
        }
    }

    /// The company asked about.
    pub(crate) fn company(&self, world: &World) -> Option<Company> {
        world.company(self.entity.parse().ok()?)
    }

    /// The place asked about, while it is open, and its company.
    pub(crate) fn place(&self, world: &World) -> Option<(Company, Establishment)> {
        let found = world.establishment(self.entity.parse().ok()?);
        found.filter(|(_, place)| place.closed.is_none())
    }

    /// The day it is, in UTC.
    pub(crate) fn day(&self) -> Date {
        day(self.now)
    }
}

/// The names of a list of calls.
pub(crate) const fn names<C: Copy, const N: usize>(
    calls: &[(&'static str, Line<C>); N],
) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = calls[index].0;
        index += 1;
    }
    names
}

/// A company's name as documents print it.
pub(crate) fn name(identity: &Identity) -> String {
    identity.full_name()
}

/// `12/07/1998`.
pub(crate) fn french(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// The moment of a Unix second, in UTC; the last there is for one that is past it.
pub(crate) fn moment_of(unix_seconds: u64) -> Zoned {
    let seconds = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    timestamp.to_zoned(TimeZone::UTC)
}

fn day(moment: Moment) -> Date {
    moment_of(moment.unix_seconds()).date()
}

/// Digits of a SIREN.
pub(crate) const SIREN: usize = 9;
/// Digits of a SIRET.
pub(crate) const SIRET: usize = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_digits_are_an_entity() {
        let entity = |text| Route::data((), text, SIREN).entity;

        assert_eq!(entity("418166096").as_deref(), Some("418166096"));
        assert_eq!(entity("41816609"), None);
        assert_eq!(entity("41816609é"), None);
        assert_eq!(entity("4181660960"), None);
    }

    #[test]
    fn the_day_of_a_moment_is_the_one_in_utc() {
        let moment: Moment = "2026-01-15T23:59:59Z".parse().unwrap();

        assert_eq!(french(day(moment)), "15/01/2026");
        assert_eq!(french(day(Moment::from_micros(u64::MAX))), "30/12/9999");
    }
}
