//! Values that nobody means well: each is answered, and never as if the gateway had failed.

use std::sync::LazyLock;

use doublure_fixtures::{
    Contract, Edition,
    contract::{Operation, Whom},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::{collection::vec, prelude::*};
use tokio::runtime::Runtime;

use super::bench::{Bench, TRACED};

/// Bytes of any kind, as one part of a target.
fn part() -> impl Strategy<Value = String> {
    let encoded = |bytes: &[u8]| percent_encode(bytes, NON_ALPHANUMERIC).to_string();
    prop_oneof![
        vec(any::<u8>(), 1..60).prop_map(move |bytes| encoded(&bytes)),
        "[0-9]{1,20}",
        "[A-Za-z0-9_.~%-]{1,40}",
        Just("9".repeat(8_000)),
        Just("%00".to_owned()),
        Just("%C3".to_owned()),
        Just("..".to_owned()),
    ]
}

/// Queries with a name given twice, as a list, or without a value.
fn query(name: &str, value: &str) -> [String; 3] {
    [
        format!("{TRACED}&{name}={value}"),
        format!("{TRACED}&{name}={value}&{name}={value}"),
        format!("{TRACED}&{name}[]={value}&{name}"),
    ]
}

/// Statuses that say whose fault it is: the caller's, or nobody's.
const GOOD: [u16; 5] = [200, 400, 404, 409, 422];

fn bench() -> Bench {
    Bench::where_(Edition::Documented, |policy| {
        policy.address_limit = u32::MAX;
        for limit in policy.quota_limits.values_mut() {
            *limit = u32::MAX;
        }
    })
}

/// The operation's path with one value in one place.
fn path_with(operation: &Operation, place: &str, value: &str) -> String {
    let place = format!("{{{place}}}");
    let marked = operation.path.replace(&place, "MARK");
    let whom = Whom::of("418166096".parse().unwrap());
    let others = Operation {
        path: marked,
        ..operation.clone()
    };
    others.path_for(whom).replace("MARK", value)
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_value_of_a_path_is_answered_or_refused_as_the_callers(value in part()) {
        RUNTIME.block_on(async {
            let bench = bench();
            for operation in Contract::built_in().operations() {
                for parameter in &operation.parameters {
                    let path = path_with(operation, &parameter.name, &value);
                    // What is no target at all never comes so far.
                    if path.parse::<http::Uri>().is_err() {
                        continue;
                    }
                    let status = bench.get(&path).await.status();
                    prop_assert!(GOOD.contains(&status), "{status}: {path}");
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_value_of_a_query_is_answered_or_refused_as_the_callers(value in part()) {
        RUNTIME.block_on(async {
            let bench = bench();
            let whom = Whom::of("418166096".parse().unwrap());
            for operation in Contract::built_in().operations() {
                let named = operation.query.iter().map(|one| one.name.as_str());
                for name in named.chain(["context", "recipient", "object"]) {
                    for query in query(name, &value) {
                        let path = operation.path_for(whom);
                        if format!("{path}?{query}").parse::<http::Uri>().is_err() {
                            continue;
                        }
                        let answer = bench.ask(bench.asking(&path).query(&query)).await;
                        let status = answer.status();
                        prop_assert!(GOOD.contains(&status), "{status}: {path}?{query}");
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_open_route_is_answered(value in part()) {
        RUNTIME.block_on(async {
            let bench = bench();
            for folder in ["/ping/", "/siade/", "/proxy/files/", "/proxy/inpi/download/", "/v"] {
                let path = format!("{folder}{value}");
                if path.parse::<http::Uri>().is_err() {
                    continue;
                }
                let status = bench.ask(bench.asking(&path).token(None)).await.status();
                prop_assert!(GOOD.contains(&status), "{status}: {path}");
            }
            Ok(())
        })?;
    }
}
