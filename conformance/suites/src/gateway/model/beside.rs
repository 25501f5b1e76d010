//! Who else calls meanwhile: exchanges that a verdict is not about, added to a history or left out of it.

use std::collections::BTreeSet;

use doublure_journal::{ConnectionId, Ending, Entry, Event, ExchangeId, Hop, RequestSeen, Side};
use doublure_rules::{History, Profile, Proof};

use super::{
    asked::FIRST_ENTITY,
    choreography::{Act, Choreography, Operation, Question, Source, Stall, Step, Ways},
    manners::How,
    telling,
};

/// The same with three calls of others, who ask about others, by other tokens, from other addresses, and are served as
/// they should be.
pub(super) fn with_others(history: &History, stalls: &[Stall]) -> History {
    let lasts = match (history.entries.first(), history.entries.last()) {
        (Some(first), Some(last)) => last.at.since(first.at).as_millis(),
        _ => 0,
    };
    let gap = u64::try_from(lasts / 4).unwrap_or_default();
    let steps = OTHERS.iter().map(|(token, address)| Step {
        gap_ms: gap,
        operation: Operation::Company,
        question: Question::Good,
        token: Some(token),
        address: *address,
        sources: [Source {
            act: Act::Well,
            after: 0,
        }; 2],
        ways: Ways::default(),
    });
    let choreography = Choreography {
        steps: steps.collect(),
        stalls: stalls.to_vec(),
        keeps: false,
    };
    let others = telling::told(&history.profile, &choreography, How::Sound);
    merged(history, &elsewhere(others))
}

/// The same with what is known of connections: one for each probe, or one for all of them.
pub(super) fn with_connections(history: &History, reused: bool) -> History {
    let mut entries = Vec::new();
    for entry in &history.entries {
        let opens = matches!(
            &entry.event,
            Event::RequestSent {
                hop: Hop::Client,
                ..
            }
        );
        let ends = matches!(
            &entry.event,
            Event::ResponseGot {
                hop: Hop::Client,
                ..
            }
        );
        let connection = |number: u64| ConnectionId(if reused { 1 } else { number });
        let number = entry.event.exchange().map_or(0, |exchange| exchange.0);
        let told = |event| Entry {
            event,
            ..entry.clone()
        };
        if opens && (!reused || entries.is_empty()) {
            entries.push(told(Event::ConnectionOpened {
                connection: connection(number),
                hop: Hop::Client,
                peer: ([127, 0, 0, 1], 8_000).into(),
                local: ([127, 0, 0, 2], 40_000).into(),
            }));
        }
        entries.push(entry.clone());
        if ends && !reused {
            entries.push(told(Event::ConnectionClosed {
                connection: connection(number),
                by: Side::Peer,
                how: Ending::Closed,
            }));
        }
    }
    numbered(&history.profile, entries)
}

/// The same without the exchanges that have neither token nor entity nor address in common with what is proved.
pub(super) fn without_strangers(history: &History, proof: &Proof) -> History {
    let proved = history.evidence(proof);
    let about: Vec<&RequestSeen> = proved
        .iter()
        .filter_map(|entry| entry.event.request())
        .collect();
    let tokens: BTreeSet<_> = about.iter().map(|request| &request.token).collect();
    let addresses: BTreeSet<_> = about
        .iter()
        .filter_map(|request| request.address)
        .map(|address| address.ip())
        .collect();
    let mut entities: BTreeSet<_> = about.iter().filter_map(|it| it.entity.clone()).collect();
    let mut strange = BTreeSet::new();
    for entry in &history.entries {
        if let Event::RequestSent {
            exchange,
            hop: Hop::Client,
            request,
        } = &entry.event
        {
            let known = tokens.contains(&request.token)
                || request
                    .entity
                    .as_ref()
                    .is_some_and(|id| entities.contains(id))
                || request
                    .address
                    .is_some_and(|it| addresses.contains(&it.ip()));
            if known {
                entities.extend(request.entity.clone());
            } else {
                strange.insert(*exchange);
            }
        }
    }
    for entry in &history.entries {
        if let Event::RequestGot {
            exchange, request, ..
        } = &entry.event
            && request
                .entity
                .as_ref()
                .is_some_and(|id| !entities.contains(id))
        {
            strange.insert(*exchange);
        }
    }
    let mut left = history.clone();
    left.entries.retain(|entry| {
        entry
            .event
            .exchange()
            .is_none_or(|id| !strange.contains(&id))
    });
    left
}

/// The same choreography as if it asked about others, over other connections.
fn elsewhere(mut history: History) -> History {
    let text = serde_json::to_string(&history.entries).expect("a history is written");
    let text = (0..OTHERS.len()).fold(text, |text, place| {
        let (old, new) = (FIRST_ENTITY + place, OTHER_ENTITY + place);
        text.replace(&old.to_string(), &new.to_string())
    });
    history.entries = serde_json::from_str(&text).expect("what was written is read");
    history.entries.retain(|entry| {
        !matches!(
            entry.event,
            Event::Stalled { .. } | Event::TrialEnded { .. }
        )
    });
    history
}

/// Two histories of the same time as one.
fn merged(history: &History, others: &History) -> History {
    let others = others.entries.iter().cloned().map(|mut entry| {
        moved(&mut entry);
        entry
    });
    let (mut entries, ends): (Vec<Entry>, Vec<Entry>) = history
        .entries
        .iter()
        .cloned()
        .partition(|entry| !matches!(entry.event, Event::TrialEnded { .. }));
    entries.extend(others);
    entries.sort_by_key(|entry| entry.at);
    let last = entries.last().map(|entry| entry.at);
    entries.extend(ends.into_iter().map(|mut end| {
        end.at = last.map_or(end.at, |last| last.max(end.at));
        end
    }));
    numbered(&history.profile, entries)
}

/// These entries as a history, numbered anew.
fn numbered(profile: &Profile, mut entries: Vec<Entry>) -> History {
    for (entry, index) in entries.iter_mut().zip(1..) {
        entry.index = index;
    }
    History {
        profile: profile.clone(),
        entries,
    }
}

/// Gives an exchange a number that none of the others has.
fn moved(entry: &mut Entry) {
    if let Event::RequestSent { exchange, .. }
    | Event::RequestGot { exchange, .. }
    | Event::ResponseSent { exchange, .. }
    | Event::ResponseGot { exchange, .. }
    | Event::ExchangeFailed { exchange, .. } = &mut entry.event
    {
        *exchange = ExchangeId(exchange.0 + APART);
    }
}

/// Token and last number of the address of each.
const OTHERS: [(&str, u8); 3] = [("voisin-1", 71), ("voisin-2", 72), ("voisin-3", 73)];
const OTHER_ENTITY: usize = 700_000_001;
const APART: u64 = 1_000;
