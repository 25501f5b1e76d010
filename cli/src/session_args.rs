//! What `serve` and `run` play: the options they share, and the session that comes of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use clap::{Args, ValueEnum};
use doublure_control::{ClockSetting, NewSession, Overrides, Problem};
use doublure_fixtures::{
    Contract, Edition,
    cases::{BadCase, Cases},
};
use doublure_journal::CaptureLevel;

use crate::{
    exit::Failure,
    overrides::{self, Override, QuotaLimit, TokenQuotaLimit},
    scenario_source::{ScenarioName, ScenarioText},
};

/// The options that say what is played.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What is played")]
pub(crate) struct SessionArgs {
    /// Seed of all chance: the same seed, the same companies, faults and ids
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Whose time it is: the machine's, or one that only `doublure control clock advance` moves
    #[arg(long, value_name = "real|manual[=INSTANT]", default_value_t = ClockSetting::Real)]
    pub(crate) clock: ClockSetting,

    /// Which truth about the gateway is followed: documented, documented-v2 or observed
    #[arg(long, value_name = "EDITION", default_value_t = Edition::Documented)]
    pub(crate) edition: Edition,

    /// What goes wrong: a scenario of the library (`doublure scenarios list`), or a YAML file; of several, the steps of the
    /// first are asked first
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) scenario: Vec<ScenarioName>,

    /// How many invented companies there are, besides the well-known ones
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub(crate) companies: u32,

    /// Folder of answers given as files, one folder an operation (the official cases have this form)
    #[arg(long, value_name = "DIR")]
    pub(crate) cases: Option<PathBuf>,

    /// Look for such an answer before any check, so that every case can be reached
    #[arg(long, requires = "cases")]
    pub(crate) cases_first: bool,

    /// How much of each exchange the journal keeps
    #[arg(long, value_name = "LEVEL", default_value = "meta")]
    pub(crate) capture: Capture,

    /// Write the journal to this file as well, a line an entry while it happens; `doublure replay` reads it
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    /// Calls a token may make in a window: 50 for all groups, or json=50 for one
    #[arg(long, value_name = "[GROUP=]N")]
    pub(crate) quota_limit: Vec<QuotaLimit>,

    /// Calls that one token may make in a window over all operations, as second=500; instead of its groups' limits
    #[arg(long, value_name = "TOKEN=N")]
    pub(crate) token_quota_limit: Vec<TokenQuotaLimit>,

    /// An address that is never banned; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) never_ban: Vec<IpAddr>,

    /// Believe callers the last address of X-Forwarded-For: for bans, allow-lists and scenarios behind a proxy of yours
    #[arg(long)]
    pub(crate) trust_forwarded_for: bool,

    /// Another number or manner of the gateway, as ban-term=10m, address-limit=20 or cache=false
    #[arg(long = "override", value_name = "FIELD=VALUE")]
    pub(crate) overrides: Vec<Override>,

    /// Let a request ask for one fault in its call, by a header such as `X-Doublure-Fault: {then: silence}`
    #[arg(long)]
    pub(crate) allow_fault_header: bool,

    /// Let the gateway reach its providers over sockets instead of in process
    #[arg(long)]
    pub(crate) providers_on_sockets: bool,

    /// Let every provider listen, at this port and its number, as 9100 for INSEE (01) at 9101; `plain`, which speaks the
    /// gateway's own shape, at the port itself. 0: all at free ones
    #[arg(long, value_name = "PORT")]
    pub(crate) provider_ports: Option<u16>,

    /// Let a provider listen at a fixed port, as insee=9001; the others take free ones
    #[arg(long, value_name = "ID=PORT")]
    pub(crate) provider_port: Vec<ProviderPort>,

    /// Let the gateway look for every provider elsewhere: at this port and its number, where another Doublure plays them
    #[arg(long, value_name = "PORT", conflicts_with = "without_gateway")]
    pub(crate) upstream_ports: Option<u16>,

    /// Speak TLS, 1.2 and 1.3, under many host names, the official ones among them
    #[arg(long)]
    pub(crate) tls: bool,

    /// Where `--tls` writes the certificate of the authority that callers have to believe; a new one at each start
    #[arg(long, value_name = "FILE", default_value = "doublure-authority.pem")]
    pub(crate) tls_authority: PathBuf,

    /// Play the providers only, for a gateway of your own
    #[arg(long)]
    pub(crate) without_gateway: bool,
}

/// `insee=9001`, or `insee=127.0.0.2:9001`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderPort {
    provider: String,
    address: SocketAddr,
}

/// How much of each exchange is kept, as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Capture {
    /// Method, target, status, who, when
    Meta,
    /// The same and every header
    Heads,
    /// The same and the bodies, cut at 64 KiB
    Full,
}

/// What a session is made from, and what the user should be told of it.
pub(crate) struct Play {
    /// The session to be.
    pub(crate) new: NewSession,
    /// Answers given as files.
    pub(crate) cases: Option<Arc<Cases>>,
    /// Files among them that cannot be used.
    pub(crate) bad_cases: Vec<BadCase>,
    /// Where the journal is written.
    pub(crate) journal: Option<PathBuf>,
    /// Where the certificate of the authority is written.
    pub(crate) authority: Option<PathBuf>,
}

impl SessionArgs {
    /// Reads the files and puts everything together. Nothing is started.
    ///
    /// # Errors
    /// A file or folder that cannot be read, an override that does not exist.
    pub(crate) fn resolve(&self) -> Result<Play, Failure> {
        let mut new = NewSession {
            name: Some(SESSION.to_owned()),
            seed: Some(self.seed),
            clock: self.clock,
            edition: Some(self.edition.to_string()),
            companies: Some(self.companies),
            capture: Some(self.capture.into()),
            providers_on_sockets: self.providers_on_sockets,
            provider_addresses: self.provider_addresses()?,
            upstream_addresses: self.upstream_addresses()?,
            tls: self.tls,
            without_gateway: self.without_gateway,
            overrides: self.overrides()?,
            allow_fault_header: self.allow_fault_header,
            ..NewSession::default()
        };
        self.put_scenario(&mut new)?;
        let (cases, bad_cases) = match &self.cases {
            Some(folder) => load_cases(folder)?,
            None => (None, Vec::new()),
        };
        Ok(Play {
            new,
            cases,
            bad_cases,
            journal: self.journal.clone(),
            authority: Some(self.tls_authority.clone()),
        })
    }

    fn overrides(&self) -> Result<Overrides, Failure> {
        let mut overrides = overrides::overrides(&self.quota_limit, &self.overrides)?;
        for TokenQuotaLimit { token, limit } in &self.token_quota_limit {
            let terms = overrides.tokens.entry(token.clone()).or_default();
            terms.quota_limit = Some(*limit);
        }
        overrides.never_banned.extend(&self.never_ban);
        if self.trust_forwarded_for {
            overrides.trust_forwarded_for = Some(true);
        }
        Ok(overrides)
    }

    fn put_scenario(&self, new: &mut NewSession) -> Result<(), Failure> {
        match self.scenario.as_slice() {
            [] => {}
            [ScenarioName::Library(name)] => {
                ScenarioText::of(&ScenarioName::Library(name.clone()))?.check()?;
                new.scenario = Some(name.clone());
            }
            // Here, where the files' names and all their lines are known.
            names => new.scenario_text = Some(ScenarioText::of_all(names)?.text),
        }
        Ok(())
    }

    /// Where the gateway looks for providers that another session plays; the one that speaks for all is none of them.
    fn upstream_addresses(&self) -> Result<BTreeMap<String, SocketAddr>, Failure> {
        let mut addresses = match self.upstream_ports {
            Some(first) => ports_from(first)?,
            None => BTreeMap::new(),
        };
        // Nobody is found at a port that is free.
        addresses.retain(|id, address| id != PLAIN && address.port() > 0);
        Ok(addresses)
    }

    /// One by one, or each at the first port and its number.
    fn provider_addresses(&self) -> Result<BTreeMap<String, SocketAddr>, Failure> {
        let mut addresses = match self.provider_ports {
            Some(first) => ports_from(first)?,
            None => BTreeMap::new(),
        };
        let named = self.provider_port.iter();
        addresses.extend(named.map(|port| (port.provider.clone(), port.address)));
        Ok(addresses)
    }
}

/// Answers given as files, and those among the files that cannot be used.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn load_cases(folder: &Path) -> Result<(Option<Arc<Cases>>, Vec<BadCase>), Failure> {
    let (cases, bad) = Cases::load(folder).map_err(|error| {
        Failure::new(format!("cannot read cases {}: {error}", folder.display()))
            .help("name a folder that holds one folder an operation id, in it *.yaml with params, status, payload")
    })?;
    Ok((Some(Arc::new(cases)), bad))
}

/// A port for each provider, by its number in the contract table, where error codes have it, too.
fn ports_from(first: u16) -> Result<BTreeMap<String, SocketAddr>, Failure> {
    let contract = Contract::built_in();
    let numbered = contract
        .providers()
        .map(|provider| (provider.id.as_str(), provider.number.parse::<u16>().ok()));
    let mut taken = BTreeSet::new();
    let mut addresses = BTreeMap::new();
    for (id, number) in numbered.chain([(PLAIN, Some(0))]) {
        // Of two with one number, and wherever none is asked for, the port is a free one.
        let offset = number.filter(|number| first > 0 && taken.insert(*number));
        let port = match offset {
            None => 0,
            Some(offset) => first.checked_add(offset).ok_or_else(|| {
                Failure::new(format!("--provider-ports {first} leaves no port for {id}"))
                    .help("begin at a lower one, as 9100")
            })?,
        };
        addresses.insert(id.to_owned(), SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    Ok(addresses)
}

/// Says what the stage refused, in words of the command line.
pub(crate) fn refusal(problem: &Problem) -> Failure {
    let failure = Failure::new(problem);
    let flag = problem.field.as_deref().and_then(flag_of);
    match flag {
        Some(flag) => failure.help(format!("choose another with {flag}")),
        None => failure,
    }
}

/// The option that fills this field of what a session is made from.
fn flag_of(field: &str) -> Option<&'static str> {
    Some(match field.split('.').next()? {
        "control" => "--control",
        "gateway_address" => "--listen",
        "provider_addresses" => "--provider-port",
        "upstream_addresses" => "--upstream-ports",
        "scenario" => "--scenario, see `doublure scenarios list`",
        "edition" => "--edition",
        "clock" => "--clock",
        "overrides" => "--override or --quota-limit",
        _ => return None,
    })
}

impl FromStr for ProviderPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is no provider and port: write it as insee=9001");
        let (provider, place) = text.split_once('=').ok_or_else(refused)?;
        let address = match place.parse::<u16>() {
            Ok(port) => SocketAddr::from(([127, 0, 0, 1], port)),
            Err(_) => place.parse().map_err(|_| refused())?,
        };
        Ok(Self {
            provider: provider.to_owned(),
            address,
        })
    }
}

impl From<Capture> for CaptureLevel {
    fn from(capture: Capture) -> Self {
        match capture {
            Capture::Meta => Self::Meta,
            Capture::Heads => Self::Heads,
            Capture::Full => Self::Full,
        }
    }
}

/// The provider that speaks the gateway's own shape.
const PLAIN: &str = "plain";
/// Name of the session of `serve` and `run`. Part of every draw: the same for both, so that `run` replays what `serve` showed.
pub(crate) const SESSION: &str = "main";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        session: SessionArgs,
    }

    fn resolved(line: &[&str]) -> Result<Play, Failure> {
        let line = Line::try_parse_from([&["test"], line].concat());
        line.unwrap().session.resolve()
    }

    #[test]
    fn without_options_the_documented_gateway_is_played() {
        let new = resolved(&[]).unwrap().new;

        assert_eq!(new.edition.as_deref(), Some("documented"));
        assert_eq!((new.seed, new.companies), (Some(1), Some(300)));
        assert_eq!(new.clock, ClockSetting::Real);
        assert_eq!(new.capture, Some(CaptureLevel::Meta));
        assert_eq!(new.overrides, doublure_control::Overrides::default());
    }

    #[test]
    fn what_differs_for_one_token_or_address_is_told_beside_the_rest() {
        let overrides = resolved(&[
            "--token-quota-limit=second=500",
            "--never-ban=127.0.0.2",
            "--trust-forwarded-for",
            "--override=provider-deadlines-ms={\"v2_entreprises_restored\":600}",
        ])
        .unwrap()
        .new
        .overrides;

        assert_eq!(overrides.tokens["second"].quota_limit, Some(500));
        assert_eq!(overrides.never_banned, [IpAddr::from([127, 0, 0, 2])]);
        assert_eq!(overrides.trust_forwarded_for, Some(true));
        assert_eq!(
            overrides.provider_deadlines_ms["v2_entreprises_restored"],
            600
        );
    }

    #[test]
    fn a_provider_may_be_given_a_port_or_an_address() {
        let new = resolved(&[
            "--provider-port=insee=9001",
            "--provider-port=dgfip=127.0.0.2:9002",
        ])
        .unwrap()
        .new;

        assert_eq!(
            new.provider_addresses["insee"].to_string(),
            "127.0.0.1:9001"
        );
        assert_eq!(
            new.provider_addresses["dgfip"].to_string(),
            "127.0.0.2:9002"
        );
    }

    #[test]
    fn every_provider_has_the_port_of_its_number() {
        let new = resolved(&["--provider-ports=9100", "--provider-port=dgfip=9500"]);

        let addresses = new.unwrap().new.provider_addresses;
        let port = |id: &str| addresses[id].port();
        assert_eq!(
            (port("insee"), port("urssaf"), port("dgfip"), port("plain")),
            (9_101, 9_104, 9_500, 9_100)
        );
        assert!(resolved(&["--provider-ports=65535"]).is_err());
    }

    #[test]
    fn a_port_that_is_none_is_refused_with_an_example() {
        let refusal = "insee=ninety".parse::<ProviderPort>().unwrap_err();

        assert!(refusal.contains("insee=9001"), "{refusal}");
    }

    #[test]
    fn a_refused_field_is_told_as_the_option_that_fills_it() {
        let problem = Problem {
            problem: "127.0.0.1:8600 is in use".into(),
            field: Some("gateway_address".into()),
            ..Problem::default()
        };

        let told = refusal(&problem).to_string();

        assert!(told.contains("choose another with --listen"), "{told}");
    }
}
