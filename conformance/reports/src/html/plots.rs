//! Evidence as curves: what a quota had left, and how long answers took.

use std::collections::BTreeMap;

use askama::Template;
use doublure_journal::{Entry, Event, ExchangeId, Hop, Moment};

use super::seconds;
use crate::story::time;

/// The curves that the evidence gives; none of fewer than [`FEWEST`] points.
///
/// # Errors
/// None that is known.
pub(super) fn draw(evidence: &[Entry]) -> askama::Result<Vec<String>> {
    let plots = [
        Plot::of(&LEFT, &left(evidence)),
        Plot::of(&LATENCY, &latencies(evidence)),
    ];
    plots
        .into_iter()
        .flatten()
        .map(|plot| plot.render())
        .collect()
}

#[derive(Template)]
#[template(path = "plot.html")]
struct Plot {
    title: &'static str,
    lined: bool,
    /// The highest value with its unit.
    top: String,
    begin: String,
    end: String,
    points: Vec<Point>,
}

/// What values are shown as.
struct Scale {
    title: &'static str,
    /// What is counted.
    unit: &'static str,
    /// Whether the points are joined.
    lined: bool,
}

/// A point on the paper.
struct Point {
    x: String,
    y: String,
    title: String,
}

impl Plot {
    /// The curve of these values over time; over their order, where all are of one moment. A curve of nothing but
    /// zeroes tells nothing.
    fn of(scale: &Scale, values: &[(Moment, f64)]) -> Option<Self> {
        let begin = values.iter().map(|(at, _)| *at).min()?;
        let end = values.iter().map(|(at, _)| *at).max()?;
        let top = values
            .iter()
            .fold(0.0, |top: f64, (_, value)| top.max(*value));
        if values.len() < FEWEST || top <= 0.0 {
            return None;
        }
        let (whole, unit) = (end.since(begin).as_secs_f64(), scale.unit);
        let points = values.iter().zip(0_u32..).map(|((at, value), nth)| {
            let along = if whole > 0.0 {
                at.since(begin).as_secs_f64() / whole
            } else {
                f64::from(nth) / (values.len() - 1) as f64
            };
            Point {
                x: format!("{:.1}", 80.0 + 660.0 * along),
                y: format!("{:.1}", 132.0 - 100.0 * value / top),
                title: format!("{at}: {} {unit}", rounded(*value)),
            }
        });
        Some(Self {
            title: scale.title,
            lined: scale.lined,
            top: format!("{} {unit}", rounded(top)),
            begin: format!("{} UTC", time(begin)),
            end: if whole > 0.0 {
                format!("{} UTC, {} s later", time(end), seconds(end.since(begin)))
            } else {
                "all of one moment, in their order".to_owned()
            },
            points: points.collect(),
        })
    }
}

/// To the thousandth.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// What each answer said was left of the quota.
fn left(evidence: &[Entry]) -> Vec<(Moment, f64)> {
    let of_entry = |entry: &Entry| match &entry.event {
        Event::ResponseGot {
            hop: Hop::Client,
            response,
            ..
        } => {
            let left = response.header("ratelimit-remaining")?.parse().ok()?;
            Some((entry.at, left))
        }
        _ => None,
    };
    evidence.iter().filter_map(of_entry).collect()
}

/// How long each call took, at the moment when it was answered.
fn latencies(evidence: &[Entry]) -> Vec<(Moment, f64)> {
    let mut began: BTreeMap<ExchangeId, Moment> = BTreeMap::new();
    let mut took = Vec::new();
    for entry in evidence {
        match &entry.event {
            Event::RequestSent {
                exchange,
                hop: Hop::Client,
                ..
            } => {
                began.insert(*exchange, entry.at);
            }
            Event::ResponseGot { exchange, .. } => {
                let began = began.get(exchange);
                took.extend(began.map(|began| (entry.at, entry.at.since(*began).as_secs_f64())));
            }
            _ => {}
        }
    }
    took
}

const LEFT: Scale = Scale {
    title: "RateLimit-Remaining: calls that are left",
    unit: "calls",
    lined: true,
};
const LATENCY: Scale = Scale {
    title: "time from each call to its answer",
    unit: "s",
    lined: false,
};
/// Points that a curve has at least.
const FEWEST: usize = 3;

#[cfg(test)]
mod tests {
    use doublure_rules::testing::HistoryBuilder;

    use super::*;

    fn calls(count: usize) -> Vec<Entry> {
        let history = (0..count).fold(HistoryBuilder::gateway(), |history, nth| {
            let name = format!("probe {nth}");
            history
                .ask(&name, "op", "111")
                .wait_ms(500)
                .answer(&name, 200, "{}")
        });
        history.end().entries
    }

    #[test]
    fn two_points_are_no_curve() {
        assert!(draw(&calls(2)).unwrap().is_empty());
    }

    #[test]
    fn each_answer_is_a_point_at_its_time() {
        let entries = calls(3);

        let took = latencies(&entries);

        assert_eq!(took.len(), 3);
        assert!(
            took.iter()
                .all(|(_, seconds)| (*seconds - 0.5).abs() < 1e-9)
        );
        assert_eq!(draw(&entries).unwrap().len(), 1);
    }

    #[test]
    fn the_highest_value_is_at_the_top_and_nothing_is_on_the_axis() {
        let second = Moment::from_unix_seconds;
        let values = [(second(10), 4.0), (second(20), 0.0), (second(30), 2.0)];

        let plot = Plot::of(&LEFT, &values).unwrap();

        let heights: Vec<&str> = plot.points.iter().map(|point| point.y.as_str()).collect();
        assert_eq!(heights, ["32.0", "132.0", "82.0"]);
        assert_eq!(plot.points[2].x, "740.0");
        assert_eq!(plot.top, "4 calls");
        assert_eq!(plot.begin, "00:00:10.000 UTC");
        assert_eq!(plot.end, "00:00:30.000 UTC, 20 s later");
    }

    #[test]
    fn values_of_one_moment_stand_in_their_order() {
        let at = Moment::from_unix_seconds(10);

        let plot = Plot::of(&LEFT, &[(at, 3.0), (at, 2.0), (at, 1.0)]).unwrap();

        let places: Vec<&str> = plot.points.iter().map(|point| point.x.as_str()).collect();
        assert_eq!(places, ["80.0", "410.0", "740.0"]);
    }

    #[test]
    fn a_curve_of_zeroes_is_none() {
        let second = Moment::from_unix_seconds;

        let zeroes = [(second(1), 0.0), (second(2), 0.0), (second(3), 0.0)];

        assert!(Plot::of(&LEFT, &zeroes).is_none());
    }
}
