//! What of a company's staff GIP-MDS is asked for: which kind, which schemes, which months.

use std::fmt;

use doublure_fixtures::world::{Scheme, StaffKind};

use crate::form;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Months, or else a year.
    pub(super) monthly: bool,
    /// Which of the staff.
    pub(super) kind: StaffKind,
    /// The year.
    pub(super) year: i16,
    month: i8,
    /// How many months before it too.
    depth: u8,
    sources: Sources,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sources {
    Both,
    One(Scheme),
}

impl Span {
    /// Reads a query; none: a parameter is missing or wrong.
    pub(super) fn read(query: &str) -> Option<Self> {
        let given = |name| form::value(query, name);
        given("codeOPSDemandeur")?;
        let depth = given("profondeurHistorique").unwrap_or_else(|| "0".into());
        let texts = [given("nature")?, given("periode")?, depth, given("source")?];
        Self::parse(&texts.join(" "))
    }

    /// Reads what [`fmt::Display`] writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut next = || parts.next();
        let (nature, period, depth, sources) = (next()?, next()?, next()?, next()?);
        let (monthly, kind) = kind(nature)?;
        let is_date = period.len() == 8 && period.bytes().all(|byte| byte.is_ascii_digit());
        let period = Some(period).filter(|_| is_date)?;
        let month: i8 = period[4..6].parse().ok()?;
        Some(Self {
            monthly,
            kind,
            year: period[..4].parse().ok()?,
            month: Some(month).filter(|month| (1..=12).contains(month))?,
            depth: depth.parse().ok().filter(|depth| *depth <= DEEPEST)?,
            sources: Sources::read(sources)?,
        })
    }

    /// The months, latest first.
    pub(super) fn months(self) -> impl Iterator<Item = (i16, i8)> {
        let earlier = |&(year, month): &(i16, i8)| {
            Some(match month {
                1 => (year - 1, 12),
                _ => (year, month - 1),
            })
        };
        std::iter::successors(Some((self.year, self.month)), earlier)
            .take((usize::from(self.depth) + 1).min(MONTHS))
    }

    /// The schemes.
    pub(super) fn schemes(&self) -> &[Scheme] {
        match &self.sources {
            Sources::Both => &Scheme::ALL,
            Sources::One(scheme) => std::slice::from_ref(scheme),
        }
    }

    /// `A01`.
    pub(super) const fn nature(self) -> &'static str {
        match (self.monthly, self.kind) {
            (false, StaffKind::Average) => "A01",
            (false, StaffKind::Disabled) => "A02",
            (false, StaffKind::Demanding) => "A03",
            (false, StaffKind::Liable) => "A04",
            (true, StaffKind::Average) => "M01",
            (true, StaffKind::Disabled) => "M02",
            (true, StaffKind::Demanding) => "M03",
            (true, StaffKind::Liable) => "M04",
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = match self.sources {
            Sources::Both => "RA;RG",
            Sources::One(Scheme::Agricultural) => "RA",
            Sources::One(Scheme::General) => "RG",
        };
        let Self {
            year, month, depth, ..
        } = self;
        write!(
            f,
            "{} {year:04}{month:02}01 {depth} {sources}",
            self.nature()
        )
    }
}

impl Sources {
    fn read(text: &str) -> Option<Self> {
        match text {
            "RA;RG" | "RG;RA" => Some(Self::Both),
            "RA" => Some(Self::One(Scheme::Agricultural)),
            "RG" => Some(Self::One(Scheme::General)),
            _ => None,
        }
    }
}

fn kind(nature: &str) -> Option<(bool, StaffKind)> {
    let (period, kind) = nature.split_at_checked(1)?;
    let monthly = match period {
        "A" => false,
        "M" => true,
        _ => return None,
    };
    let kinds = ["01", "02", "03", "04"].into_iter().zip(StaffKind::ALL);
    let (_, kind) = kinds.into_iter().find(|(code, _)| *code == kind)?;
    Some((monthly, kind))
}

/// Deeper than that nobody may ask, whatever more than [`MONTHS`] there would be.
const DEEPEST: u8 = 13;

/// Months at most in one answer.
const MONTHS: usize = 13;

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str =
        "codeOPSDemandeur=x&nature=M02&periode=20220201&source=RA;RG&profondeurHistorique=2";

    #[test]
    fn a_question_is_read_and_written_as_it_was() {
        let span = Span::read(QUERY).unwrap();

        assert_eq!(span.to_string(), "M02 20220201 2 RA;RG");
        assert_eq!(Span::parse(&span.to_string()), Some(span));
    }

    #[test]
    fn months_go_back_over_the_turn_of_the_year() {
        let span = Span::read(QUERY).unwrap();

        assert_eq!(
            Vec::from_iter(span.months()),
            [(2022, 2), (2022, 1), (2021, 12)]
        );
    }

    #[test]
    fn a_parameter_that_is_missing_or_wrong_makes_it_no_question() {
        for (from, to) in [
            ("codeOPSDemandeur=x&", ""),
            ("M02", "M05"),
            ("M02", "é"),
            ("20220201", "20221301"),
            ("20220201", "2022é201"),
            ("RA;RG", "RX"),
            ("profondeurHistorique=2", "profondeurHistorique=14"),
        ] {
            assert_eq!(Span::read(&QUERY.replace(from, to)), None, "{to}");
        }
    }
}
