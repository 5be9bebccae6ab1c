//! `hubsweep upload`.
//!
//! In: options of our own, then the arguments of `hf upload`. Out: what would
//! be sent, the report, and the exit code of `hf` where it was run.

mod listing;
mod passage;
mod rounds;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::args::{GATE, OUTPUT, Output, OwnConfig, Thresholds};
use super::known::Known;
use super::own_rules::OwnRules;
use super::progress::Bar;
use super::scan::find_config;
use super::sweep::interrupt;
use crate::audit;
use crate::engine::Engine;
use crate::policy::{Config, Policy, PolicyInputs};
use crate::rule::Catalogue;
use crate::source::{Request, What};
use crate::upload::arguments::{self, Arguments};
use crate::upload::cache::Cache;
use crate::upload::client::Client;
use crate::upload::{Setup, UploadError, destination, plan};
use passage::Passage;

const AFTER: &str = "\
Examples:
  hubsweep upload user/model ./out
  hubsweep upload user/data . /train --repo-type dataset --exclude '*.log'
  hubsweep upload --dry-run user/model ./out      what would be sent?
  hubsweep upload user/logs ./logs --every 10     each round swept
  hubsweep upload --plan sync.jsonl               a plan of `hf buckets sync`

Everything from REPO_ID on goes to `hf upload` as it is; options of hubsweep
stand before it. Nothing reaches the network before the sweep is clean. Stdout
is `hf`'s: hubsweep prints to stderr, except with --dry-run.

Exit codes: those of `hf` once it runs; before that 1 the gate is hit, 2 wrong
usage, 3 not everything could be read or files keep changing, 130 interrupted.";

#[derive(Debug, Args)]
#[command(
    after_help = AFTER,
    override_usage = "hubsweep upload [OPTIONS] REPO_ID [LOCAL_PATH] [PATH_IN_REPO] [HF OPTIONS]\n       hubsweep upload [OPTIONS] --plan FILE [HF OPTIONS]"
)]
pub(super) struct Upload {
    /// Sweep and list what would be sent, but do not run `hf`
    #[arg(long)]
    dry_run: bool,
    /// Write what would be sent to FILE, one JSON object a line
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Sweep what a plan of `hf buckets sync --plan` uploads, then apply it
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Read everything again, even what an earlier sweep found clean
    #[arg(long)]
    no_cache: bool,
    #[command(flatten)]
    thresholds: Thresholds,
    #[command(flatten)]
    own: OwnConfig,
    #[command(flatten)]
    added: OwnRules,
    /// A floor that the repository's own configuration can only tighten
    #[arg(long, value_name = "FILE", env = "HUBSWEEP_POLICY", hide_env_values = true, help_heading = GATE)]
    policy: Option<PathBuf>,
    /// What is known already.
    #[command(flatten)]
    known: Known,
    /// FORMAT or FORMAT=FILE, repeatable, as for `hubsweep scan`
    #[arg(long = "report", value_name = "FORMAT[=FILE]", help_heading = OUTPUT)]
    reports: Vec<super::reports::Target>,
    /// Worker threads [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, help_heading = OUTPUT)]
    threads: usize,
    /// The repository, paths and options of `hf upload`, as it takes them
    #[arg(
        value_name = "HF_ARGUMENTS",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    hf: Vec<OsString>,
}

/// What the arguments ask for.
enum Job {
    Upload(Arguments),
    /// Where the plan is.
    Sync(PathBuf),
}

pub(super) fn run(args: &Upload, output: &Output) -> anyhow::Result<u8> {
    let job = job(args)?;
    let client = (!args.dry_run).then(Client::find).transpose()?;
    let what = job.request(&[])?.what;
    let inputs = Inputs::read(args, local(&what))?;
    let policy = Policy::new(inputs.policy);
    let excludes = policy.excludes().to_vec();
    let catalogue = policy.catalogue(Catalogue::builtin()?, &audit::ids())?;
    let engine = Engine::new(&catalogue);
    let interrupt = interrupt()?;
    let bar = Bar::new(output.quiet);
    let cache = if args.no_cache {
        None
    } else {
        let digested: Vec<&[u8]> = inputs.texts.iter().map(Vec::as_slice).collect();
        Cache::open(local(&what), &digested)
    };
    let mut passage = Passage {
        args,
        output,
        client,
        policy: &policy,
        setup: Setup {
            request: &|| job.request(&excludes),
            engine: &engine,
            policy: &policy,
            threads: args.threads,
            progress: &bar,
            interrupt: &interrupt,
        },
        bar: &bar,
        cache,
        target: job.target(),
    };
    match &job {
        Job::Upload(arguments) if arguments.every.is_some() && !args.dry_run => {
            Ok(rounds::run(&mut passage, arguments))
        }
        Job::Upload(_) => {
            let words = [OsString::from("upload")];
            passage.once(&[&words, args.hf.as_slice()].concat())
        }
        Job::Sync(plan) => {
            let words = ["buckets", "sync", "--apply"].map(OsString::from);
            let plan = [plan.clone().into_os_string()];
            passage.once(&[&words[..], &plan, args.hf.as_slice()].concat())
        }
    }
}

fn job(args: &Upload) -> anyhow::Result<Job> {
    if let Some(plan) = &args.plan {
        arguments::check_sync(&args.hf)?;
        return Ok(Job::Sync(plan.clone()));
    }
    if args.hf.is_empty() {
        bail!("REPO_ID is missing\nhelp: hubsweep upload REPO_ID [LOCAL_PATH] [PATH_IN_REPO]");
    }
    Ok(Job::Upload(Arguments::parse(&args.hf)?))
}

impl Job {
    fn request(&self, excludes: &[String]) -> Result<Request, UploadError> {
        Ok(match self {
            Self::Upload(arguments) => destination::resolve(arguments, excludes)?,
            Self::Sync(path) => Request {
                what: plan::read(path)?,
                to: String::new(),
                config_exclude: excludes.to_vec(),
            },
        })
    }

    /// Where it goes, in the user's words.
    fn target(&self) -> String {
        match self {
            Self::Upload(arguments) => arguments.repository.clone(),
            Self::Sync(plan) => format!("the bucket of {}", plan.display()),
        }
    }
}

/// What is read, as a path.
fn local(what: &What) -> &Path {
    match what {
        What::Folder { path, .. } | What::File(path) => path,
        What::Plan { folder, .. } => folder,
    }
}

/// The configurations, parsed and as they are.
struct Inputs {
    policy: PolicyInputs,
    /// What the cache's results depend on.
    texts: Vec<Vec<u8>>,
}

impl Inputs {
    fn read(args: &Upload, local: &Path) -> anyhow::Result<Self> {
        let own = match &args.own.config {
            Some(path) => Some(path.clone()),
            None if args.own.no_config => None,
            None => find_config(&[local.to_owned()])?,
        };
        let mut texts = args.added.texts()?;
        let mut load = |path: &PathBuf| {
            let shown = path.strip_prefix("./").unwrap_or(path);
            let config = Config::load(path, &shown.display().to_string())?;
            texts.push(std::fs::read(path)?);
            anyhow::Ok(config)
        };
        let key = args.known.key()?;
        let policy = PolicyInputs {
            baseline: args.known.load(&[local.to_owned()], &key)?,
            repository: own.as_ref().map(&mut load).transpose()?,
            floor: args.policy.as_ref().map(&mut load).transpose()?,
            added: args.added.load()?,
            fail_on: args.thresholds.fail_on,
            min_confidence: args.thresholds.min_confidence,
            personal: args.thresholds.personal.pii,
            key,
            ..PolicyInputs::default()
        };
        Ok(Self { policy, texts })
    }
}
