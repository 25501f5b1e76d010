//! The rooms depend on each other in one direction only.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand, PackageId};

/// Each room and the rooms that it may use: the table of the house plan.
const MAY_USE: &[(&str, &[&str])] = &[
    ("fixtures", &[]),
    ("scenarios", &[]),
    ("journal", &[]),
    ("rules", &["journal"]),
    ("kernel", &["journal", "scenarios"]),
    ("control", &["journal", "scenarios"]),
    ("providers", &["kernel", "fixtures", "scenarios", "journal"]),
    ("gateway", &["kernel", "fixtures", "scenarios", "journal"]),
    ("stage", STAGE),
    (
        "suites",
        &["rules", "journal", "scenarios", "fixtures", "control"],
    ),
    ("mutants", MUTANTS),
    ("reports", &["rules", "journal"]),
    (
        "loadtests",
        &["rules", "journal", "scenarios", "fixtures", "control"],
    ),
    ("doublure", EVERY_ROOM),
];

const STAGE: &[&str] = &[
    "kernel",
    "control",
    "providers",
    "gateway",
    "fixtures",
    "scenarios",
    "journal",
];

const MUTANTS: &[&str] = &[
    "suites",
    "stage",
    "rules",
    "kernel",
    "control",
    "providers",
    "gateway",
    "fixtures",
    "scenarios",
    "journal",
];

const EVERY_ROOM: &[&str] = &[
    "fixtures",
    "scenarios",
    "journal",
    "rules",
    "kernel",
    "control",
    "providers",
    "gateway",
    "stage",
    "suites",
    "mutants",
    "reports",
    "loadtests",
];

/// Rooms of plain data: no runtime and no server beneath them, not even through others.
const WITHOUT_RUNTIME: &[&str] = &["fixtures", "scenarios", "journal", "rules"];

#[test]
fn every_room_uses_only_the_rooms_that_it_may_use() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();

    let used: Vec<_> = packages
        .iter()
        .flat_map(|package| {
            let ours = package.dependencies.iter();
            ours.filter(|other| other.path.is_some())
                .map(|other| (room_of(&package.name), room_of(&other.name)))
        })
        .collect();

    assert!(used.contains(&("stage", "gateway")), "{used:?}");
    assert_eq!(strangers(used.into_iter()), Vec::<String>::new());
}

#[test]
fn a_room_that_uses_another_against_the_table_is_named() {
    let used = [
        ("suites", "rules"),
        ("suites", "stage"),
        ("annex", "journal"),
        ("journal", "annex"),
    ];

    let found = strangers(used.into_iter());

    assert_eq!(
        found,
        [
            "suites uses stage",
            "annex uses journal",
            "journal uses annex"
        ]
    );
}

#[test]
fn the_table_has_a_line_for_every_room_and_no_other() {
    let metadata = metadata();
    let rooms: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .map(|package| room_of(&package.name).to_owned())
        .collect();

    let lines: BTreeSet<_> = MAY_USE.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, lines);
}

#[test]
fn no_runtime_stands_beneath_the_rooms_of_plain_data() {
    let metadata = metadata();

    for room in WITHOUT_RUNTIME {
        let beneath = names_beneath(&metadata, &format!("doublure-{room}"));

        assert!(
            beneath.contains("serde") || beneath.contains("jiff"),
            "{room}: {beneath:?}"
        );
        for runtime in ["tokio", "axum", "hyper"] {
            assert!(!beneath.contains(runtime), "{room} stands on {runtime}");
        }
    }
}

/// Only this machine's platform, so that nothing is fetched which this build does not need.
fn metadata() -> Metadata {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let told = String::from_utf8(rustc.stdout).unwrap();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(vec![format!("--filter-platform={}", host.unwrap())])
        .exec()
        .unwrap()
}

/// Each use that the table does not allow; a room without a line may use nothing.
fn strangers<'a>(used: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    used.filter(|(room, other)| {
        let line = MAY_USE.iter().find(|(known, _)| known == room);
        room != other && !line.is_some_and(|(_, allowed)| allowed.contains(other))
    })
    .map(|(room, other)| format!("{room} uses {other}"))
    .collect()
}

fn room_of(package: &str) -> &str {
    package.strip_prefix("doublure-").unwrap_or(package)
}

/// Names of all packages that are built into this one, its tests apart.
fn names_beneath(metadata: &Metadata, package: &str) -> BTreeSet<String> {
    let graph = metadata.resolve.as_ref().unwrap();
    let edges: BTreeMap<&PackageId, Vec<&PackageId>> = graph
        .nodes
        .iter()
        .map(|node| {
            let normal = node.deps.iter().filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind != cargo_metadata::DependencyKind::Development)
            });
            (&node.id, normal.map(|dependency| &dependency.pkg).collect())
        })
        .collect();
    let start = metadata
        .packages
        .iter()
        .find(|known| known.name.as_str() == package);
    let mut reached = BTreeSet::new();
    let mut waiting = vec![&start.unwrap().id];
    while let Some(id) = waiting.pop() {
        for next in &edges[id] {
            if reached.insert(*next) {
                waiting.push(next);
            }
        }
    }
    reached
        .iter()
        .map(|id| metadata[*id].name.to_string())
        .collect()
}
