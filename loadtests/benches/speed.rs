//! `doublure serve` against a minimal axum server that sends the same bytes, in one run.
//!
//! Started by `speed.sh` beside it. Figures are ratios of the two, measured in turn
//! (A B A B …), so that a machine whose speed drifts does not lie. Any answer but
//! 200 voids the run.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::{
    env,
    net::SocketAddr,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, response::IntoResponse, routing::get};
use tokio::net::{TcpListener, TcpStream};

use self::measured::{Outcome, Server, exchange, serve};

mod measured;

/// Connections held open at once.
const CONNECTIONS: usize = 64;
/// Requests of one measured round.
const ROUND: u64 = 100_000;
/// Rounds of each server.
const ROUNDS: usize = 5;
/// Requests before the memory is read.
const MEMORY_ROUND: u64 = 500_000;
/// Companies of the small and of the large world.
const WORLDS: [u32; 2] = [300, 100_000];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    // The minimal server has what any axum server has; the load has one thread.
    let mut load = tokio::runtime::Builder::new_current_thread();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["minimal"] => tokio::runtime::Runtime::new()?.block_on(minimal()),
        ["compare", doublure, cpu] => load
            .enable_all()
            .build()?
            .block_on(compare(doublure, Some(cpu))),
        ["compare", doublure] => load.enable_all().build()?.block_on(compare(doublure, None)),
        ["memory", doublure] => load.enable_all().build()?.block_on(memory(doublure)),
        _ => {
            eprintln!("run loadtests/benches/speed.sh");
            Ok(())
        }
    }
}

/// Both servers in turn; prints requests a second and the ratio.
async fn compare(doublure: &str, cpu: Option<&str>) -> Outcome<()> {
    let (simulator, call) = simulator(doublure, WORLDS[0], cpu)?;
    let ours_at = simulator.ready("/gateway")?.parse()?;
    let minimal = bare(&call.answer(ours_at).await?, cpu)?;
    let bare_at = minimal.address()?;
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let ours = load(ours_at, &call, ROUND).await?;
        let bare = load(bare_at, &call, ROUND).await?;
        println!(
            "  doublure {ours:>9.0}/s   minimal {bare:>9.0}/s   ratio {:.2}",
            ours / bare
        );
        ratios.push(ours / bare);
    }
    ratios.sort_by(f64::total_cmp);
    println!("  median ratio {:.2}", ratios[ROUNDS / 2]);
    Ok(())
}

/// First answer, memory after many requests, and what a large world costs.
async fn memory(doublure: &str) -> Outcome<()> {
    let mut speeds = Vec::new();
    for companies in WORLDS {
        let started = Instant::now();
        let (server, call) = simulator(doublure, companies, None)?;
        let address = server.ready("/gateway")?.parse()?;
        call.answer(address).await?;
        let first = started.elapsed();
        let speed = load(address, &call, MEMORY_ROUND).await?;
        println!(
            "  {companies:>6} companies: first answer after {:>3} ms, {speed:>9.0}/s, {:>3} MB resident after {MEMORY_ROUND} requests",
            first.as_millis(),
            server.resident_megabytes()?,
        );
        speeds.push(speed);
    }
    println!("  large world / small world: {:.2}", speeds[1] / speeds[0]);
    Ok(())
}

/// `doublure serve`, and the call that it answers.
fn simulator(path: &str, companies: u32, cpu: Option<&str>) -> Outcome<(Server, Call)> {
    let mut command = pinned(path, cpu);
    serve(&mut command);
    command.arg(format!("--override=address_limit={}", u32::MAX));
    command.arg(format!("--companies={companies}"));
    let server = Server::start(command)?;
    let call = Call::new(&server.ready("/tokens/standard")?);
    Ok((server, call))
}

/// The minimal server, which sends this answer.
fn bare(answer: &[u8], cpu: Option<&str>) -> Outcome<Server> {
    let file = env::temp_dir().join(format!("doublure-speed-{}", std::process::id()));
    std::fs::write(&file, answer)?;
    let own = env::current_exe()?;
    let mut command = pinned(&own.to_string_lossy(), cpu);
    command.arg("minimal").env(ANSWER_FILE, &file);
    Server::start(command)
}

/// The call that is made again and again, `object` varied.
struct Call {
    head: String,
    tail: String,
}

impl Call {
    fn new(token: &str) -> Self {
        Self {
            head: "GET /v3/insee/sirene/unites_legales/418166096?context=mesure&recipient=13002526500013&object=".into(),
            tail: format!(" HTTP/1.1\r\nHost: doublure\r\nAuthorization: Bearer {token}\r\n\r\n"),
        }
    }

    fn render(&self, nth: u64, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(self.head.as_bytes());
        into.extend_from_slice(nth.to_string().as_bytes());
        into.extend_from_slice(self.tail.as_bytes());
    }

    /// One whole answer, head and body.
    async fn answer(&self, address: SocketAddr) -> Outcome<Vec<u8>> {
        let mut connection = TcpStream::connect(address).await?;
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        self.render(0, &mut request);
        exchange(&mut connection, &request, &mut answer, 200).await?;
        Ok(answer)
    }
}

/// Makes so many requests over all connections; requests a second.
async fn load(address: SocketAddr, call: &Call, requests: u64) -> Outcome<f64> {
    let next = Arc::new(AtomicU64::new(1));
    let started = Instant::now();
    let workers = (0..CONNECTIONS).map(|_| worker(address, call, Arc::clone(&next), requests));
    for worked in futures_util::future::join_all(workers).await {
        worked?;
    }
    Ok(requests as f64 / started.elapsed().max(Duration::from_nanos(1)).as_secs_f64())
}

async fn worker(address: SocketAddr, call: &Call, next: Arc<AtomicU64>, last: u64) -> Outcome<()> {
    let mut connection = TcpStream::connect(address).await?;
    connection.set_nodelay(true)?;
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    loop {
        let nth = next.fetch_add(1, Ordering::Relaxed);
        if nth > last {
            return Ok(());
        }
        call.render(nth, &mut request);
        exchange(&mut connection, &request, &mut answer, 200).await?;
    }
}

/// The minimal server: one route, the bytes and headers of `doublure`'s own answer.
async fn minimal() -> Outcome<()> {
    let answer = std::fs::read(env::var(ANSWER_FILE)?)?;
    let head = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .ok_or("no head")?
        + 4;
    let body = bytes::Bytes::copy_from_slice(&answer[head..]);
    let headers: http::HeaderMap = std::str::from_utf8(&answer[..head])?
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| {
            !["content-length", "date"].contains(&name.to_ascii_lowercase().as_str())
        })
        .map(|(name, value)| {
            Ok((
                name.parse::<http::HeaderName>()?,
                value.parse::<http::HeaderValue>()?,
            ))
        })
        .collect::<Outcome<_>>()?;
    let respond = move || async move { (headers, body).into_response() };
    let router = Router::new().route("/v3/insee/sirene/unites_legales/{siren}", get(respond));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

fn pinned(path: &str, cpu: Option<&str>) -> Command {
    match cpu {
        Some(cpu) => {
            let mut command = Command::new("taskset");
            command.args(["-c", cpu, path]);
            command
        }
        None => Command::new(path),
    }
}

/// Environment variable that names the file with the answer to send.
const ANSWER_FILE: &str = "DOUBLURE_SPEED_ANSWER";
