use super::*;
use crate::testing;

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Urssaf>());
}
