//! How long a fault waits.

use std::time::Duration;

use super::{
    field::{Field, Fields},
    findings::Findings,
    tree::Value,
};
use crate::{
    Delay, Quantiles,
    delay::{Spread, parse_percentile},
    duration::{self, DurationError},
};

/// Reads a `delay`.
pub(super) fn read(delay: &Field<'_>, findings: &mut Findings) -> Option<Delay> {
    match delay.value() {
        Value::Map(_) => read_drawn(delay, findings),
        _ => length(delay, findings).map(Delay::fixed),
    }
}

fn read_drawn(delay: &Field<'_>, findings: &mut Findings) -> Option<Delay> {
    let before = findings.len();
    let fields = delay.fields(&FIELDS, findings)?;
    let mut spreads = fields.iter().filter(|(name, ..)| *name != "at-most");
    let (Some((name, _, field)), None) = (spreads.next(), spreads.next()) else {
        if findings.len() == before {
            delay.wrong(
                findings,
                "a delay is drawn in one way: give exactly one of `uniform`, `normal`, `log-normal`, `table`",
            );
        }
        return None;
    };
    let at_most = fields.get("at-most");
    let at_most = at_most.map(|at_most| (length(&at_most, findings), at_most));
    let spread = match name {
        "uniform" => read_uniform(&field, findings),
        "normal" => read_normal(&field, findings),
        "table" => read_table(&field, findings),
        _ => read_log_normal(&field, findings),
    }?;
    let delay = Delay {
        spread,
        at_most: match &at_most {
            Some((length, _)) => Some((*length)?),
            None => None,
        },
    };
    if let (Some(cap), Some((_, field))) = (delay.at_most, &at_most)
        && cap <= shortest(&delay)
    {
        let problem = format!(
            "nothing shorter is ever drawn: write `delay: {}`, or a longer `at-most`",
            duration::write(cap)
        );
        field.wrong(findings, problem);
    }
    Some(delay)
}

fn read_uniform(field: &Field<'_>, findings: &mut Findings) -> Option<Spread> {
    let ends = field.list("the shortest and the longest, such as `[1s, 3s]`", findings)?;
    let [from, to] = ends.as_slice() else {
        field.wrong(
            findings,
            "give two lengths of time, the shortest and the longest: `[1s, 3s]`",
        );
        return None;
    };
    let (from, longest) = (length(from, findings), length(to, findings));
    let spread = Spread::Uniform {
        from: from?,
        to: longest?,
    };
    if longest <= from {
        to.wrong(findings, "the longest must be longer than the shortest");
    }
    Some(spread)
}

fn read_normal(field: &Field<'_>, findings: &mut Findings) -> Option<Spread> {
    let fields = field.fields(&["mean", "sd"], findings)?;
    let mean = part(field, &fields, "mean", findings);
    let sd = part(field, &fields, "sd", findings);
    if sd == Some(Duration::ZERO) {
        let problem = "without a deviation nothing is drawn: write the mean alone, as `delay: 2s`";
        field.at(&["sd"]).wrong(findings, problem);
    }
    Some(Spread::Normal {
        mean: mean?,
        sd: sd?,
    })
}

fn read_log_normal(field: &Field<'_>, findings: &mut Findings) -> Option<Spread> {
    let fields = field.fields(&["median", "p99"], findings)?;
    let median = part(field, &fields, "median", findings);
    let p99 = part(field, &fields, "p99", findings);
    if median == Some(Duration::ZERO) {
        let problem = "the median must be longer than nothing: write `1ms` or more";
        field.at(&["median"]).wrong(findings, problem);
    }
    let (median, p99) = (median?, p99?);
    if p99 <= median {
        let problem = "one in a hundred is longer than `p99`, half are longer than `median`: `p99` must be the longer of the two";
        field.at(&["p99"]).wrong(findings, problem);
    }
    Some(Spread::LogNormal { median, p99 })
}

fn read_table(field: &Field<'_>, findings: &mut Findings) -> Option<Spread> {
    let before = findings.len();
    let wanted = "percentiles and lengths of time, such as `{ p50: 200ms, p99: 4s }`";
    let fields = field.any_fields(wanted, findings)?;
    let mut rows = Vec::new();
    for (name, place, row) in fields.iter() {
        let Some(percent) = parse_percentile(name) else {
            let problem = format!("`{name}` is no percentile: write `p50`, `p99` or `p99.9`");
            findings.report(place, row.path(), problem);
            continue;
        };
        if let Some(length) = length(&row, findings) {
            rows.push((percent, length));
        }
    }
    if findings.len() > before {
        return None;
    }
    match Quantiles::new(rows) {
        Ok(quantiles) => Some(Spread::Empirical(quantiles)),
        Err((index, problem)) => {
            let row = fields.iter().nth(index).map(|(.., row)| row);
            row.as_ref().unwrap_or(field).wrong(findings, problem);
            None
        }
    }
}

/// A length of time that must be given.
fn part(
    whole: &Field<'_>,
    fields: &Fields<'_>,
    name: &str,
    findings: &mut Findings,
) -> Option<Duration> {
    if let Some(field) = fields.get(name) {
        return length(&field, findings);
    }
    whole.wrong(
        findings,
        format!("`{name}` is missing: give it a length of time"),
    );
    None
}

fn length(field: &Field<'_>, findings: &mut Findings) -> Option<Duration> {
    let read: fn(&str) -> Result<Duration, DurationError> = duration::parse;
    field.read("a length of time, such as `9s`", findings, read)
}

fn shortest(delay: &Delay) -> Duration {
    match &delay.spread {
        Spread::Fixed(length) => *length,
        Spread::Uniform { from, .. } => *from,
        Spread::Empirical(quantiles) => quantiles.shortest(),
        Spread::Normal { .. } | Spread::LogNormal { .. } => Duration::ZERO,
    }
}

/// Fields of a delay that is drawn.
pub(crate) const FIELDS: [&str; 5] = ["uniform", "normal", "log-normal", "table", "at-most"];
