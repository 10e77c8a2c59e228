#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <mutex>

#include "api/native.h"
#include "app/tokens.h"
#include "base/date.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/crew.h"
#include "cli/print.h"
#include "peers/peers.h"
#include "server/server.h"

namespace tamga::cli {
namespace {

struct Options {
  std::string listen = "127.0.0.1:8484";
  server::ListenOptions at;
  server::ServiceOptions service;
  bool no_auth = false;
  bool force = false;
  bool no_tcp = false;
  unsigned body_mib = 16;
  unsigned idle_seconds = 60;
  unsigned head_seconds = 10;
  unsigned drain_seconds = 20;
  unsigned refresh_seconds = 5;
  std::string secret_file;
  NatsFlags nats;
};

/// Tells other nodes of lists that this one has taken up first, and takes up at once what they tell. Who hears nothing looks every few seconds as
/// ever.
class Announcer {
 public:
  static Result<std::unique_ptr<Announcer>> open(const NatsFlags& flags, Options& options) {
    auto made = std::make_unique<Announcer>();
    work::NatsOptions to = flags.options;
    to.name = fmt::format("tamga serve {}", process_name());
    to.later = true;
    TAMGA_TRY(made->nats_, work::Nats::connect(std::move(to)));
    TAMGA_TRY_STATUS(made->nats_->listen([self = made.get()](std::string_view text) {
      const std::scoped_lock lock(self->mutex_);
      self->heard_ = text;
      if (self->refresh_) self->refresh_();
    }));
    options.at.refresher = [self = made.get()](std::function<void()> refresh) {
      const std::scoped_lock lock(self->mutex_);
      self->refresh_ = std::move(refresh);
    };
    options.service.exchanged = [self = made.get()](const Json& basis) {
      const std::string text = Json::object().set("basis", basis).dump();
      {
        // What was heard of is known to all.
        const std::scoped_lock lock(self->mutex_);
        if (self->heard_ == text) return;
      }
      static_cast<void>(self->nats_->announce(text));
    };
    return made;
  }

 private:
  std::mutex mutex_;
  std::function<void()> refresh_;
  std::string heard_;                 ///< the last announcement of another
  std::unique_ptr<work::Nats> nats_;  ///< last, since its thread uses the others
};

std::unexpected<Error> usage(std::string message) { return std::unexpected(Error{ErrorKind::usage, std::move(message), {}, 0}); }

/// "127.0.0.1:8484", "[::1]:0".
Status read_address(const std::string& text, server::ListenOptions& at) {
  const auto colon = text.rfind(':');
  const auto wrong = [&] {
    return usage(fmt::format("--listen: \"{}\" is not an address, expected ADDRESS:PORT such as 127.0.0.1:8484 or [::1]:8484", text));
  };
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) return wrong();
  at.address = text.substr(0, colon);
  if (at.address.starts_with('[') && at.address.ends_with(']')) at.address = at.address.substr(1, at.address.size() - 2);
  if (at.address == "localhost") at.address = "127.0.0.1";
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port > 65535) return wrong();
  at.port = static_cast<std::uint16_t>(port);
  return {};
}

/// Beyond this machine's loopback nothing is served in the clear or to whoever asks, unless somebody insists.
Status check_exposure(const Options& options) {
  if (!options.at.tcp || server::is_loopback(options.at.address) || options.force) return {};
  if (options.at.certificate.empty())
    return usage(fmt::format("--listen {}: beyond loopback without TLS everybody on the way can read; give --tls-cert and --tls-key, or --force",
                             options.listen));
  if (options.no_auth)
    return usage(fmt::format("--listen {}: beyond loopback without authentication everybody may do everything; leave --no-auth out, or --force",
                             options.listen));
  return {};
}

constexpr std::size_t kSecretMax = 4096;

/// What is said of a provider is either whole or not said.
Status read_sign_in(Options& options) {
  auto& sign_in = options.service.sign_in;
  if (sign_in.issuer.empty()) {
    if (!sign_in.client.empty() || !options.secret_file.empty() || !sign_in.ca_file.empty() || !sign_in.name.empty())
      return usage("--oidc-client, --oidc-secret-file, --oidc-ca and --oidc-name go with --oidc-issuer");
    return {};
  }
  if (sign_in.client.empty()) return usage("--oidc-issuer goes with --oidc-client");
  if (options.no_auth) return usage("--no-auth lets everybody in, so there is nobody for --oidc-issuer to sign in");
  if (const auto fault = server::fault_of(sign_in)) return usage(*fault);
  if (!options.secret_file.empty()) {
    TAMGA_TRY(sign_in.secret, read_file(options.secret_file, kSecretMax));
    while (sign_in.secret.ends_with('\n') || sign_in.secret.ends_with('\r')) sign_in.secret.pop_back();
    if (sign_in.secret.empty()) return bad_input_in(options.secret_file, 0, "is empty, expected the client's secret");
  }
  if (!sign_in.ca_file.empty()) {
    TAMGA_TRY([[maybe_unused]] const auto readable, read_file(sign_in.ca_file));
  }
  return {};
}

Result<int> serve(const Common& common, Options& options) {
  TAMGA_TRY_STATUS(read_address(options.listen, options.at));
  if (options.at.certificate.empty() != options.at.key.empty()) return usage("--tls-cert and --tls-key go together");
  if (!options.at.client_authority.empty() && options.at.certificate.empty()) return usage("--client-ca goes with --tls-cert and --tls-key");
  options.at.tcp = !options.no_tcp;
  if (options.no_tcp && options.at.unix_path.empty()) return usage("--no-tcp goes with --unix");
  TAMGA_TRY_STATUS(check_exposure(options));
  TAMGA_TRY_STATUS(read_sign_in(options));
  options.service.authenticate = !options.no_auth;
  options.service.any_host = options.force;
  options.service.local_name = common.by;
  options.service.log = [](std::string_view line) { note(std::string(line) + "\n"); };
  const auto threads = std::max(1U, common.settings.threads);
  options.at.threads = threads;
  options.at.pool = std::max(4U, threads);
  options.at.limits.body_bytes = std::size_t{options.body_mib} << 20;
  options.at.limits.idle = std::chrono::seconds(options.idle_seconds);
  options.at.limits.header = std::chrono::seconds(options.head_seconds);
  options.at.limits.drain = std::chrono::seconds(options.drain_seconds);
  options.at.limits.refresh = std::chrono::seconds(options.refresh_seconds);
  if (!options.no_auth) {
    TAMGA_TRY(const auto first, app::first_token(common.settings, utc_now()));
    if (first) {
      out(fmt::format("first token, of {}; it is shown this once and holds until {}:\n{}\n", one_line(first->token.name), first->token.expires,
                      first->secret));
      std::fflush(stdout);
    }
  }
  auto table = api::native();
  options.service.prepare = peers::add_peers(table);
  std::unique_ptr<Announcer> announcer;
  if (options.nats.given()) {
    TAMGA_TRY(announcer, Announcer::open(options.nats, options));
  }
  server::Service service(common.settings, std::move(table), options.service);
  TAMGA_TRY_STATUS(service.start());
  options.at.started = [](const std::string& where) {
    out(fmt::format("tamga serves at {}\n", where));
    std::fflush(stdout);
  };
  TAMGA_TRY_STATUS(server::serve(service, options.at));
  service.finish();
  service.log("info", "stopped");
  return kDone;
}

}  // namespace

void add_serve(CLI::App& app, Common& common, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("serve", "answer over HTTP: the API of /openapi.json (docs/server.md)");
  command->add_option("--listen", options->listen, "ADDRESS:PORT; port 0: any that is free [127.0.0.1:8484]")->type_name("ADDR:PORT");
  command->add_option("--unix", options->at.unix_path, "also at this socket, for its owner and group")->type_name("PATH");
  command->add_flag("--no-tcp", options->no_tcp, "only at the socket of --unix");
  command->add_option("--tls-cert", options->at.certificate, "certificate with its chain (PEM)")->type_name("FILE");
  command->add_option("--tls-key", options->at.key, "its key (PEM)")->type_name("FILE");
  command->add_option("--client-ca", options->at.client_authority, "machines may show certificates of this authority (PEM)")->type_name("FILE");
  command->add_flag("--no-auth", options->no_auth, "whoever asks may do everything; on loopback only");
  command->add_flag("--force", options->force, "listen beyond loopback without TLS or authentication");
  command->add_flag("--log-requests", options->service.log_requests,
                    "a line of JSON for each request on standard error [only those that fail inside]");
  auto& sign_in = options->service.sign_in;
  command->add_option("--oidc-issuer", sign_in.issuer, "people may sign in at this provider of OpenID Connect (https://…)")->type_name("URL");
  command->add_option("--oidc-client", sign_in.client, "what the provider calls this server: its client id")->type_name("ID");
  command->add_option("--oidc-secret-file", options->secret_file, "the client's secret [none: PKCE alone]")->type_name("FILE");
  command->add_option("--oidc-claim", sign_in.claim, "what names a person of the store: preferred_username or email [preferred_username]")
      ->check(CLI::IsMember({"preferred_username", "email"}));
  command->add_option("--oidc-name", sign_in.name, "the provider's name on the button [its host]")->type_name("TEXT");
  command->add_option("--oidc-ca", sign_in.ca_file, "trust these certificates of the provider (PEM) [the system's]")->type_name("FILE");
  command->add_option("--public-url", sign_in.public_url, "how browsers reach this server [as their requests say]")->type_name("URL");
  command->add_option("--body-max", options->body_mib, "largest body, in MiB [16]")->type_name("MIB")->check(CLI::Range(1U, 1024U));
  command->add_option("--idle", options->idle_seconds, "seconds a connection may stand between two requests [60]")
      ->type_name("S")
      ->check(CLI::Range(1U, 3600U));
  command->add_option("--head-time", options->head_seconds, "seconds for the head of a request [10]")->type_name("S")->check(CLI::Range(1U, 3600U));
  command->add_option("--drain", options->drain_seconds, "seconds for what runs when it is stopped [20]")
      ->type_name("S")
      ->check(CLI::Range(0U, 3600U));
  add_connection(*command, options->nats, "tell other nodes of newer lists, and hear of theirs, over this NATS (subject tamga.editions)");
  command->add_option("--refresh", options->refresh_seconds, "seconds between two looks for newer lists and tokens [5]")
      ->type_name("S")
      ->check(CLI::Range(1U, 3600U));
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return serve(common, *options); }; });
}

}  // namespace tamga::cli
