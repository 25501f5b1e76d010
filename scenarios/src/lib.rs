//! What should go wrong, as data.
//!
//! A *scenario* is a list of faults; a *fault* says when it strikes
//! ([`When`]), how long it waits ([`Fault::delay`]) and what it does
//! ([`Effect`]). Nothing here runs: the fault engine of the kernel decides
//! when, each provider turns a [`Symptom`] into its own dialect.
//!
//! - [`scenario`]: scenarios, faults, triggers, effects.
//! - [`schema`](mod@schema): the JSON Schema of scenario files.
//! - `compose`: several scenarios as one.
//! - [`states`]: the states that faults enter and wait for.
//! - [`damage`]: what can be wrong with an answer that is otherwise faithful.
//! - [`delay`]: how long a fault waits.
//! - [`symptom`]: what a provider can suffer from, in no dialect.
//! - [`words`]: each of them in the words of a scenario file.
//! - [`file`](mod@file): scenario files: their form, reading, writing, lint.
//! - [`files`]: the files that scenario files include.
//! - [`error`]: what is wrong with one, and where.
//! - [`names`]: which operations, providers, calls and tokens one may speak of.
//! - [`times`]: windows of instants, hours of every day.
//! - [`overrides`]: numbers and manners of the gateway that differ from the edition's.
//! - [`duration`]: `9s`, `1min`, `12h`.
//! - [`library`]: the scenarios that come with the program.
//!
//! Start at [`Scenario::parse`]; the form of a file is told in [`file`](mod@file).

mod compose;
pub mod damage;
pub mod delay;
pub mod duration;
pub mod error;
pub mod file;
pub mod files;
pub mod library;
pub mod names;
pub mod overrides;
pub mod scenario;
pub mod schema;
pub mod states;
pub mod symptom;
pub mod times;
pub mod words;

pub use damage::{Damage, Pointer};
pub use delay::{Delay, Quantiles};
pub use error::ScenarioError;
pub use file::instead;
pub use files::{Files, SourceFile};
pub use names::Names;
pub use overrides::{BanManner, Overrides, TokenTerms, WindowStart};
pub use scenario::{Answer, Drip, Effect, Fault, On, Scenario, When, WireFault};
pub use states::INITIAL;
pub use symptom::{BadFile, Symptom};
pub use times::{Hours, Window};
