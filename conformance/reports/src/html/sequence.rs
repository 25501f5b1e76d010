//! Evidence as a sequence diagram: caller, gateway and provider over time.

use std::collections::BTreeSet;

use askama::Template;
use doublure_journal::{Entry, Event, ExchangeId, Failure, Hop, Moment};

use super::seconds;
use crate::story::{self, time};

/// The diagram; empty where there is nothing to draw.
///
/// # Errors
/// None that is known.
pub(super) fn draw(evidence: &[Entry]) -> askama::Result<String> {
    let drawing = Drawing::of(evidence);
    if drawing.rows.is_empty() {
        return Ok(String::new());
    }
    drawing.render()
}

#[derive(Template)]
#[template(path = "sequence.html")]
struct Drawing {
    lives: [Life; 3],
    rows: Vec<Row>,
    height: u32,
}

/// One of the three parties.
#[derive(Clone, Copy)]
struct Life {
    name: &'static str,
    x: u32,
}

/// Something that happened, at a height of its own.
struct Row {
    y: u32,
    time: String,
    /// How long after the first of them.
    since: String,
    text: String,
    mark: Mark,
}

/// How it is drawn.
enum Mark {
    /// Something went from one party to another; `cut`: not whole.
    Arrow { from: u32, to: u32, cut: bool },
    /// Something a party waited for never came.
    Lost { at: u32 },
    /// Something at a party.
    Note { at: u32 },
    /// Something between the parties.
    Gap,
}

impl Drawing {
    fn of(evidence: &[Entry]) -> Self {
        let sides = Sides::of(evidence);
        let told: Vec<&Entry> = evidence.iter().filter(|entry| sides.shows(entry)).collect();
        let left_out = told.len().saturating_sub(LONGEST);
        let (head, tail) = if left_out > 0 {
            (&told[..LONGEST / 2], &told[told.len() - LONGEST / 2..])
        } else {
            (&told[..], &[][..])
        };
        let begin = told.first().map_or(Moment::default(), |entry| entry.at);
        let row = |entry: &&Entry| Row::of(entry, begin);
        let mut rows: Vec<Row> = head.iter().map(row).collect();
        if left_out > 0 {
            rows.push(Row::gap(format!("{left_out} more")));
        }
        rows.extend(tail.iter().map(row));
        for (row, at) in rows.iter_mut().zip(1..) {
            row.y = 30 + at * ROW;
        }
        Self {
            lives: [CALLER, GATEWAY, PROVIDER],
            height: rows.last().map_or(0, |row| row.y + ROW / 2),
            rows,
        }
    }
}

/// Which side of each exchange told of its request, and which of its answer: one of them is enough.
struct Sides {
    asked: BTreeSet<ExchangeId>,
    answered: BTreeSet<ExchangeId>,
}

impl Sides {
    fn of(evidence: &[Entry]) -> Self {
        let ids = |holds: fn(&Event) -> bool| {
            let told = evidence.iter().filter(|entry| holds(&entry.event));
            told.filter_map(|entry| entry.event.exchange()).collect()
        };
        Self {
            asked: ids(|event| matches!(event, Event::RequestSent { .. })),
            answered: ids(|event| {
                matches!(
                    event,
                    Event::ResponseGot { .. } | Event::ExchangeFailed { .. }
                )
            }),
        }
    }

    fn shows(&self, entry: &Entry) -> bool {
        match &entry.event {
            Event::RequestGot { exchange, .. } => !self.asked.contains(exchange),
            Event::ResponseSent { exchange, .. } => !self.answered.contains(exchange),
            _ => true,
        }
    }
}

impl Row {
    fn of(entry: &Entry, begin: Moment) -> Self {
        let (mark, text) = shape(&entry.event);
        Self {
            y: 0,
            time: time(entry.at),
            since: format!("+{} s", seconds(entry.at.since(begin))),
            text,
            mark,
        }
    }

    fn gap(text: String) -> Self {
        Self {
            y: 0,
            time: String::new(),
            since: String::new(),
            text,
            mark: Mark::Gap,
        }
    }

    /// Where the wings of an arrow's tip end.
    fn wing(&self) -> u32 {
        match self.mark {
            Mark::Arrow { from, to, .. } if from < to => to - 8,
            Mark::Arrow { to, .. } => to + 8,
            _ => 0,
        }
    }

    /// The middle of an arrow.
    fn middle(&self) -> u32 {
        match self.mark {
            Mark::Arrow { from, to, .. } => u32::midpoint(from, to),
            _ => 0,
        }
    }
}

fn shape(event: &Event) -> (Mark, String) {
    let (asking, asked) = match event.hop() {
        Some(Hop::Provider) => (GATEWAY.x, PROVIDER.x),
        _ => (CALLER.x, GATEWAY.x),
    };
    let text = story::short(event);
    let arrow = |from, to, cut| Mark::Arrow { from, to, cut };
    let mark = match event {
        Event::RequestSent { .. } | Event::RequestGot { .. } => arrow(asking, asked, false),
        Event::ResponseSent { .. } | Event::ResponseGot { .. } => arrow(asked, asking, false),
        // A head that came is an answer that did not come whole.
        Event::ExchangeFailed {
            response: Some(_),
            failure: Failure::Closed | Failure::Reset | Failure::GaveUp,
            ..
        } => arrow(asked, asking, true),
        Event::ExchangeFailed { .. } | Event::CallerLeft { .. } => Mark::Lost { at: asking },
        Event::FaultFired { .. } => Mark::Note { at: PROVIDER.x },
        Event::DriverSpawned { .. } | Event::DriverSaid { .. } | Event::DriverExited { .. } => {
            Mark::Note { at: CALLER.x }
        }
        _ => Mark::Gap,
    };
    (mark, text)
}

const CALLER: Life = Life {
    name: "caller",
    x: 240,
};
const GATEWAY: Life = Life {
    name: "gateway",
    x: 490,
};
const PROVIDER: Life = Life {
    name: "provider",
    x: 720,
};
/// Height of a row.
const ROW: u32 = 30;
/// Rows that a diagram has at most.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use doublure_rules::testing::HistoryBuilder;

    use super::*;

    fn drawn(history: HistoryBuilder) -> Drawing {
        Drawing::of(&history.end().entries)
    }

    fn arrows(drawing: &Drawing) -> Vec<(u32, u32)> {
        let ends = |row: &Row| match row.mark {
            Mark::Arrow { from, to, .. } => Some((from, to)),
            _ => None,
        };
        drawing.rows.iter().filter_map(ends).collect()
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(draw(&[]).unwrap(), "");
    }

    #[test]
    fn a_question_goes_to_the_right_and_its_answer_back() {
        let drawing = drawn(
            HistoryBuilder::gateway()
                .ask("probe", "op", "111")
                .answer("probe", 200, "{}"),
        );

        assert_eq!(
            arrows(&drawing),
            [(CALLER.x, GATEWAY.x), (GATEWAY.x, CALLER.x)]
        );
    }

    #[test]
    fn rows_stand_below_each_other_in_the_order_of_time() {
        let drawing = drawn(
            HistoryBuilder::gateway()
                .ask("probe", "op", "111")
                .provider_call("call", "insee", "unite-legale", "111")
                .answer("probe", 200, "{}"),
        );

        assert!(drawing.rows.windows(2).all(|pair| pair[0].y < pair[1].y));
        assert!(drawing.rows.iter().all(|row| row.y < drawing.height));
    }

    #[test]
    fn a_long_story_loses_its_middle_and_says_so() {
        let history = (0..100).fold(HistoryBuilder::gateway(), |history, nth| {
            history.ask(&format!("probe {nth}"), "op", "111")
        });

        let drawing = drawn(history);

        assert_eq!(drawing.rows.len(), LONGEST + 1);
        assert_eq!(drawing.rows[LONGEST / 2].text, "61 more");
    }
}
