//! What is to be done again, in order.

use std::{collections::BTreeMap, time::Duration};

use doublure_journal::{Entry, Event, ExchangeId, Hop, Moment, RequestSeen, ResponseSeen};

/// One thing to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// Send a request, and go on.
    Ask {
        exchange: ExchangeId,
        request: &'a RequestSeen,
    },
    /// Wait for the answer; none was recorded: no whole one may come.
    Await {
        exchange: ExchangeId,
        answer: Option<&'a ResponseSeen>,
    },
    /// Stop waiting: the recorded caller did.
    Leave { exchange: ExchangeId },
    /// Move the clock.
    Move(Duration),
    /// Command the session as it was commanded.
    Command {
        method: &'a str,
        path: &'a str,
        body: &'a str,
    },
}

/// The steps of a journal.
pub(super) fn steps(entries: &[Entry]) -> Vec<Step<'_>> {
    let mut script = Script::default();
    for entry in entries {
        script.add(entry);
    }
    script.give_up();
    script.steps.into_iter().map(|(_, step)| step).collect()
}

#[derive(Default)]
struct Script<'a> {
    steps: Vec<(Moment, Step<'a>)>,
    /// Asked and not over, by exchange.
    open: BTreeMap<ExchangeId, Moment>,
}

impl<'a> Script<'a> {
    fn add(&mut self, entry: &'a Entry) {
        let at = entry.at;
        match &entry.event {
            Event::RequestGot {
                exchange,
                hop: Hop::Client,
                request,
            } => {
                let exchange = *exchange;
                self.open.insert(exchange, at);
                self.steps.push((at, Step::Ask { exchange, request }));
            }
            Event::ResponseSent {
                exchange,
                hop: Hop::Client,
                response,
            } => {
                let (exchange, answer) = (*exchange, Some(response));
                // Whose caller left is answered into the void.
                if self.open.remove(&exchange).is_some() {
                    self.steps.push((at, Step::Await { exchange, answer }));
                }
            }
            Event::CallerLeft { exchange } if self.open.remove(exchange).is_some() => {
                let exchange = *exchange;
                self.steps.push((at, Step::Leave { exchange }));
            }
            Event::Commanded { method, path, body } => {
                self.steps.push((at, Step::Command { method, path, body }));
            }
            Event::ClockMoved { from, to } => self.add_move(*from, *to),
            _ => {}
        }
    }

    /// A move is written down when it is over: what came of it stands before it.
    fn add_move(&mut self, from: Moment, to: Moment) {
        let before = self.steps.iter().rposition(|(at, _)| *at <= from);
        let place = before.map_or(0, |place| place + 1);
        self.steps.insert(place, (to, Step::Move(to.since(from))));
    }

    /// What is open when the journal ends was never answered, or by half.
    fn give_up(&mut self) {
        for (exchange, at) in std::mem::take(&mut self.open) {
            let answer = None;
            let next = self.steps.iter().position(
                |(_, step)| matches!(step, Step::Ask { exchange: later, .. } if *later > exchange),
            );
            let place = next.unwrap_or(self.steps.len());
            self.steps
                .insert(place, (at, Step::Await { exchange, answer }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: u64, event: Event) -> Entry {
        Entry {
            index: 1,
            at: Moment::from_unix_seconds(at),
            event,
        }
    }

    fn got(at: u64, exchange: u64) -> Entry {
        entry(
            at,
            Event::RequestGot {
                exchange: ExchangeId(exchange),
                hop: Hop::Client,
                request: RequestSeen::default(),
            },
        )
    }

    fn sent(at: u64, exchange: u64) -> Entry {
        entry(
            at,
            Event::ResponseSent {
                exchange: ExchangeId(exchange),
                hop: Hop::Client,
                response: ResponseSeen::default(),
            },
        )
    }

    fn moved(from: u64, to: u64) -> Entry {
        let moments = (
            Moment::from_unix_seconds(from),
            Moment::from_unix_seconds(to),
        );
        let (from, to) = moments;
        entry(to.unix_seconds(), Event::ClockMoved { from, to })
    }

    fn told(entries: &[Entry]) -> String {
        let steps = steps(entries);
        let told = steps.iter().map(|step| match step {
            Step::Ask { exchange, .. } => format!("ask {}", exchange.0),
            Step::Await {
                exchange,
                answer: Some(_),
            } => format!("answer {}", exchange.0),
            Step::Await {
                exchange,
                answer: None,
            } => format!("nothing {}", exchange.0),
            Step::Leave { exchange } => format!("leave {}", exchange.0),
            Step::Move(by) => format!("move {}", by.as_secs()),
            Step::Command { method, path, .. } => format!("{method} {path}"),
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_move_comes_before_the_answers_that_came_of_it() {
        let entries = [
            got(0, 1),
            sent(10, 1),
            moved(0, 10),
            got(10, 2),
            sent(10, 2),
            moved(10, 70),
        ];

        assert_eq!(
            told(&entries),
            "ask 1, move 10, answer 1, ask 2, answer 2, move 60"
        );
    }

    #[test]
    fn commands_keep_their_place_among_calls_and_moves() {
        let command = |at| {
            let (method, path) = ("DELETE".to_owned(), "/bans".to_owned());
            let body = String::new();
            entry(at, Event::Commanded { method, path, body })
        };
        let entries = [
            command(0),
            got(0, 1),
            sent(0, 1),
            moved(0, 10),
            command(10),
            got(10, 2),
            sent(10, 2),
        ];

        assert_eq!(
            told(&entries),
            "DELETE /bans, ask 1, answer 1, move 10, DELETE /bans, ask 2, answer 2"
        );
    }

    #[test]
    fn what_was_never_answered_is_over_before_the_next_question() {
        let entries = [got(0, 1), got(0, 2), sent(0, 2), got(0, 3)];

        assert_eq!(
            told(&entries),
            "ask 1, nothing 1, ask 2, answer 2, ask 3, nothing 3"
        );
    }

    #[test]
    fn a_caller_that_left_leaves_again_and_waits_for_no_answer() {
        let left = entry(
            3,
            Event::CallerLeft {
                exchange: ExchangeId(1),
            },
        );
        let entries = [got(0, 1), moved(0, 3), left, sent(10, 1), moved(3, 10)];

        assert_eq!(told(&entries), "ask 1, move 3, leave 1, move 7");
    }
}
