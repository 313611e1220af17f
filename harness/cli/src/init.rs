//! `h1check init`: looks at a server and writes its profile.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use h1check::profile::{ExtraField, ExtraFields, Profile, Resolve, declarations, parse};
use h1check::run::{self, ServerTarget, Tls};
use h1check::scenario::{Library, duration};
use h1check::survey::{Look, Options, Taken};

use crate::exit;
use crate::output::{try_place, write_atomically};
use crate::profile::USUAL;
use crate::server::{Refusal, given};
use crate::terminal::{fail, note, runtime, say, told_to_end};
use crate::transport::TransportArguments;

/// Look at a server, and write a profile of it for h1check server
///
/// It sends well-formed GET, HEAD and OPTIONS requests only, and POST to /echo where that answers
/// GET, or to what --try-echo names. Every finding, and everything that was looked for in vain,
/// is a line of the profile, with a comment. It takes as long as --idle-bound.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  h1check init http://127.0.0.1:8080/
  h1check init http://127.0.0.1:8080/ --try-echo /post --idle-bound 80s -o staging.toml
  h1check init https://localhost:8443/ --insecure --field-env Authorization=TOKEN
  h1check server                                  judges by the h1check.toml that was written")]
pub(crate) struct Arguments {
    /// Where the server listens: http://…, https://… or unix:SOCKET[:PATH]
    #[arg(value_name = "URL")]
    url: String,
    /// Write the profile there
    #[arg(short, long, value_name = "FILE", default_value = USUAL)]
    output: PathBuf,
    /// Overwrite the file
    #[arg(long)]
    force: bool,
    /// A path that may answer POST with its content; repeatable
    #[arg(long, value_name = "PATH", value_parser = path)]
    try_echo: Vec<String>,
    /// How long an idle connection is watched
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10s")]
    idle_bound: Duration,
    /// How long an answer is awaited
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s")]
    patience: Duration,
    /// Connect to ADDRESS instead of what the host resolves to, like curl; repeatable
    #[arg(long, value_name = "HOST:PORT:ADDRESS", value_parser = Resolve::parse)]
    resolve: Vec<Resolve>,
    /// A field of every request, and the variable with its value; repeatable
    #[arg(long, value_name = "NAME=VARIABLE", value_parser = field)]
    field_env: Vec<(String, String)>,
    #[command(flatten)]
    way: TransportArguments,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let target = &arguments.output;
    if target.exists() && !arguments.force {
        note(format_args!(
            "error: {} is there already: --force overwrites it, -o FILE writes another one",
            target.display()
        ));
        return ExitCode::from(exit::BAD_INPUT);
    }
    if let Err(error) = try_place(target) {
        return fail(&error);
    }
    match look(arguments) {
        Ok(text) => match write_atomically(target, text.as_bytes()) {
            Ok(()) => {
                let file = target.display();
                say(format_args!(
                    "wrote {file}: read it, and then run {}\n",
                    next(target)
                ));
                ExitCode::SUCCESS
            }
            Err(error) => fail(&error),
        },
        Err((code, why)) => {
            note(format_args!("error: {why}"));
            ExitCode::from(code)
        }
    }
}

/// The command that judges by the profile.
fn next(target: &Path) -> String {
    if target == Path::new(USUAL) {
        return "h1check server".into();
    }
    let path = target.display().to_string();
    let quoted = shlex::try_quote(&path).map_or(path.clone(), |path| path.into_owned());
    format!("h1check server --profile {quoted}")
}

/// Looks at the server, and gives the text of its profile.
fn look(arguments: &Arguments) -> Result<String, Refusal> {
    let profile = Profile {
        resolve: arguments.resolve.clone(),
        tls: arguments.way.tls(&Tls::default()),
        ..Profile::default()
    };
    let target = given(&arguments.url, &arguments.way, &profile)?;
    arguments.way.check(&target)?;
    let endpoint = target
        .endpoint()
        .map_err(|error| (exit::BAD_INPUT, error.to_string()))?;
    let taken = Taken {
        address: address(&target)?,
        authority: target
            .address
            .tcp()
            .is_none()
            .then(|| target.authority.clone()),
        resolve: arguments.resolve.clone(),
        tls: target.tls.clone().unwrap_or_default(),
        fields: arguments.field_env.clone(),
        declarations: declarations(&Library::bundled()),
    };
    let options = Options {
        authority: target.authority.clone(),
        path: target.path.clone(),
        fields: fields(&arguments.field_env)?,
        echo: arguments.try_echo.clone(),
        idle: arguments.idle_bound,
        patience: arguments.patience,
    };
    let runtime = runtime(Some(1)).map_err(|error| {
        (
            exit::COULD_NOT_TEST,
            format!("cannot start a runtime: {error}"),
        )
    })?;
    let survey = runtime.block_on(async {
        let tell = |what: &str| say(format_args!("{what}\n"));
        tokio::select! {
            survey = Look::new(&endpoint, &options, &tell).run() => {
                survey.map_err(|error| error.to_string())
            }
            () = told_to_end() => Err("interrupted: nothing was written".into()),
        }
    });
    let url = &arguments.url;
    let survey = survey.map_err(|why| (exit::COULD_NOT_TEST, format!("{url}: {why}")))?;
    checked(survey.to_profile(&taken))
}

/// The address as a profile has it.
fn address(target: &ServerTarget) -> Result<String, Refusal> {
    let scheme = if target.tls.is_some() {
        "https"
    } else {
        "http"
    };
    match (&target.address, &target.tls) {
        (run::Address::Tcp(_), _) => Ok(format!("{scheme}://{}{}", target.authority, target.path)),
        (run::Address::Unix(path), None) => {
            // The profile may be read in another folder.
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
            Ok(format!("unix:{}", path.display()))
        }
        (run::Address::Unix(_), Some(_)) => {
            let why = "a profile cannot say that TLS is spoken on a Unix socket";
            Err((exit::BAD_INPUT, why.into()))
        }
    }
}

/// What is written can be read: if not, that is our mistake, and it is told of here.
fn checked(text: String) -> Result<String, Refusal> {
    let environment = |_: &str| Ok("looked at before".into());
    match parse(USUAL, &text, &Library::bundled(), &environment) {
        Ok(_) => Ok(text),
        Err(error) => {
            let why = format!(
                "the profile could not be written down:\n{}",
                error.render(false)
            );
            Err((exit::COULD_NOT_TEST, why))
        }
    }
}

fn fields(named: &[(String, String)]) -> Result<ExtraFields, Refusal> {
    let mut fields = ExtraFields::default();
    for (name, variable) in named {
        let value = std::env::var(variable).map_err(|_| "is not set".to_owned());
        let field = value.and_then(|value| ExtraField::new(name, &value, true));
        let wrong = |why| {
            (
                exit::BAD_INPUT,
                format!("--field-env {name}: {variable}: {why}"),
            )
        };
        fields.push(field.map_err(wrong)?);
    }
    Ok(fields)
}

fn field(text: &str) -> Result<(String, String), String> {
    let (name, variable) = text
        .split_once('=')
        .ok_or("write NAME=VARIABLE, e.g. Authorization=TOKEN")?;
    Ok((name.to_owned(), variable.to_owned()))
}

fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/')
        && text
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && octet != b'#')
    {
        return Ok(text.to_owned());
    }
    Err("a path begins with `/`".into())
}
