//! Many requests in a short time, without a control call for each.

use std::sync::Mutex;

use doublure_control::locked;
use doublure_journal::{Entry, Event, ExchangeId, Failure};
use futures_util::future::join_all;
use tokio::task::JoinSet;

use super::{Bench, TrialError, ended, sent};
use crate::{
    noise,
    probe::{self, Answer, Ask, Flood},
};

/// Events of floods, to stand behind the entries that opened their first exchanges.
#[derive(Default)]
pub(super) struct Floods(Mutex<Vec<Inset>>);

struct Inset {
    after: ExchangeId,
    events: Vec<Event>,
}

impl Bench {
    /// Sends these requests on so many kept connections, each as long as answers come.
    ///
    /// Where the clock is moved by hand nothing may move it meanwhile: the history tells all of it at one
    /// moment. Where time passes by itself so many are sent at once, each on a connection of its own.
    pub async fn flood(&self, asks: Vec<Ask>, lanes: usize) -> Result<(), TrialError> {
        let callers = &self.inner.callers;
        let asks: Vec<Ask> = asks.into_iter().map(|ask| callers.stand(ask)).collect();
        let Some(first) = asks.first() else {
            return Ok(());
        };
        if !self.stands_still() {
            return self.rain(asks, lanes).await;
        }
        let opened = self.next_exchange();
        self.inner.session.record(&sent(opened, first)).await?;
        let mut tasks = JoinSet::new();
        for (place, share) in dealt(asks, lanes).into_iter().enumerate() {
            let bench = self.clone();
            let opened = (place == 0).then_some(opened);
            tasks.spawn(async move { bench.lane(&share, opened).await });
        }
        let events = tasks.join_all().await.concat();
        locked(&self.inner.floods.0).push(Inset {
            after: opened,
            events,
        });
        Ok(())
    }

    /// The same in volleys: the requests of one are told before the first is sent, their answers after the last came.
    async fn rain(&self, asks: Vec<Ask>, lanes: usize) -> Result<(), TrialError> {
        let _under_way = self.under_way();
        for volley in asks.chunks(lanes.max(1)) {
            let mut exchanges = Vec::new();
            for ask in volley {
                let exchange = self.next_exchange();
                self.inner.session.record(&sent(exchange, ask)).await?;
                exchanges.push(exchange);
            }
            // No control call keeps them apart, as it would if each were told on its way.
            let shots = volley.iter().map(async |ask| {
                let (token, give_up) = (self.token(ask), noise::quiet(self.answer_limit()));
                probe::send(&self.inner.endpoint, ask, token.as_ref(), give_up).await
            });
            let answers = join_all(shots).await;
            for (exchange, answer) in exchanges.into_iter().zip(&answers) {
                self.inner.session.record(&ended(exchange, answer)).await?;
            }
            if answers.iter().any(|answer| answer.status().is_none()) {
                break;
            }
        }
        Ok(())
    }

    /// One connection's share of a flood; the request of `opened` is already told.
    async fn lane(&self, asks: &[Ask], mut opened: Option<ExchangeId>) -> Vec<Event> {
        let mut flood = Flood::new(self.inner.endpoint.clone());
        let mut events = Vec::new();
        for ask in asks {
            let exchange = opened.take().unwrap_or_else(|| {
                let exchange = self.next_exchange();
                events.push(sent(exchange, ask));
                exchange
            });
            let answer = noise::within(
                self.answer_limit(),
                flood.send(ask, self.token(ask).as_ref()),
            )
            .await;
            events.push(match &answer {
                Some(answer) => self.ended(exchange, answer),
                None => ended(exchange, &Answer::Failed(Failure::GaveUp, None)),
            });
            if answer.is_none() {
                break;
            }
        }
        events
    }
}

impl Floods {
    /// The entries with every flood in its place, numbered anew.
    pub(super) fn within(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let floods = locked(&self.0);
        let mut whole: Vec<Entry> = Vec::new();
        for entry in entries {
            let opens = |inset: &&Inset| matches!(entry.event, Event::RequestSent { exchange, .. } if exchange == inset.after);
            let at = entry.at;
            let inset = floods
                .iter()
                .find(opens)
                .map_or(&[][..], |inset| &inset.events);
            whole.push(entry);
            whole.extend(inset.iter().map(|event| Entry {
                index: 0,
                at,
                event: event.clone(),
            }));
        }
        for (entry, index) in whole.iter_mut().zip(1..) {
            entry.index = index;
        }
        whole
    }
}

/// The requests dealt out to so many lanes one by one; a lane without a request is none.
fn dealt(asks: Vec<Ask>, lanes: usize) -> Vec<Vec<Ask>> {
    let mut shares = vec![Vec::new(); lanes.clamp(1, asks.len().max(1))];
    let count = shares.len();
    for (place, ask) in asks.into_iter().enumerate() {
        shares[place % count].push(ask);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_dealt_out_evenly_and_in_order() {
        let ask = |target: &str| Ask {
            target: target.to_owned(),
            ..Ask::default()
        };
        let targets = |lanes| -> Vec<Vec<String>> {
            let shares = dealt(["a", "b", "c"].map(ask).to_vec(), lanes);
            let target = |ask: Ask| ask.target;
            shares
                .into_iter()
                .map(|share| share.into_iter().map(target).collect())
                .collect()
        };

        assert_eq!(targets(1), [vec!["a", "b", "c"]]);
        assert_eq!(targets(2), [vec!["a", "c"], vec!["b"]]);
        assert_eq!(targets(9).len(), 3);
    }
}
