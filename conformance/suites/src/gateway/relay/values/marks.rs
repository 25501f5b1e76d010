//! Which fields of an answer read as missing: those of a source that failed, and no others.

use doublure_rules::Exchange;
use serde_json::Value;

use super::{
    how::is_empty,
    is_of,
    path::{Place, places},
    row::Row,
    said::Said,
};

/// A field of an answer to an operation that repeats what one of these providers says, does not read so, and was there
/// in one of the answers that lacked nothing.
pub(crate) fn unmarked(
    operation: &str,
    failed: &[&str],
    probe: &Exchange<'_>,
    whole: &[&Exchange<'_>],
    mark: &str,
) -> Option<&'static str> {
    let ours = probe.json();
    let mut fields = Row::of(operation)
        .filter(|row| failed.contains(&row.call.0))
        .map(|row| row.here);
    fields.find(|here| {
        let was_there = whole.iter().any(|whole| says_something(whole, here));
        was_there && !is_marked(&ours, here, mark)
    })
}

/// A field of an answer to an operation that reads so, though its provider said something there.
pub(crate) fn marked_falsely(
    operation: &str,
    calls: &[Exchange<'_>],
    probe: &Exchange<'_>,
    mark: &str,
) -> Option<&'static str> {
    let ours = probe.json();
    let entity = entity(probe);
    let well = calls.iter().filter(|call| call.status() == Some(200));
    let mut fields = well.flat_map(|call| {
        let said = Said::read(call.text());
        let rows = Row::of(operation).filter(|row| is_of(call, row));
        rows.filter_map(move |row| {
            let theirs = places(said.as_ref()?.tree(), row.there, entity);
            theirs.iter().any(is_said).then_some(row.here)
        })
        .collect::<Vec<_>>()
    });
    fields.find(|here| is_marked(&ours, here, mark))
}

fn says_something(probe: &Exchange<'_>, here: &str) -> bool {
    let ours = probe.json();
    places(&ours, here, entity(probe)).iter().any(is_said)
}

fn is_said(place: &Place<'_>) -> bool {
    !is_empty(place.value)
}

/// Whether every value at a path reads so, or all that it stands in.
fn is_marked(ours: &Value, here: &str, mark: &str) -> bool {
    let ends = here.match_indices('/').map(|(end, _)| end).skip(1);
    let mut ways = ends.chain([here.len()]).map(|end| &here[..end]);
    ways.any(|way| {
        let places = places(ours, way, "");
        !places.is_empty() && places.iter().all(|place| place.value == mark)
    })
}

fn entity<'a>(probe: &Exchange<'a>) -> &'a str {
    probe.request.entity.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_marked_where_it_or_all_that_it_stands_in_reads_so() {
        let ours = json!({
            "a": "?",
            "list": [{"b": "?"}, {"b": "?"}],
            "mixed": [{"b": "?"}, {"b": 1}],
            "none": [],
            "null": null,
        });
        let is_marked = |here| is_marked(&ours, here, "?");

        assert!(is_marked("/a") && is_marked("/a/*/b") && is_marked("/a/b"));
        assert!(is_marked("/list/*/b"));
        assert!(!is_marked("/mixed/*/b") && !is_marked("/none/*/b"));
        assert!(!is_marked("/null") && !is_marked("/elsewhere"));
    }
}
