#include "cli/crew.h"

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace tamga::cli {
namespace {

/// Of no meaning, and nobody else's.
Result<std::string> new_job() {
  std::array<unsigned char, 12> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return failure("no random bytes from the system");
  std::string job;
  for (const auto byte : bytes) job += fmt::format("{:02x}", byte);
  return job;
}

}  // namespace

void add_connection(CLI::App& command, NatsFlags& flags, const std::string& what) {
  command.add_option("--nats", flags.options.url, what)->type_name("URL");
  command.add_option("--nats-creds", flags.options.credentials, "with --nats: credentials (.creds)")->type_name("FILE");
  command.add_option("--nats-ca", flags.options.authority, "with --nats: TLS, and who signed the server's certificate (PEM)")->type_name("FILE");
}

void add_replicas(CLI::App& command, NatsFlags& flags) {
  command.add_option("--nats-replicas", flags.options.replicas, "with --nats: copies of each stream, where it is made now or has fewer [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 5));
}

void add_crew(CLI::App& command, NatsFlags& flags, const std::string& what) {
  add_connection(command, flags, what);
  add_replicas(command, flags);
  command.add_option("--chunk", flags.rows, "with --nats: rows of a message [2048]")->type_name("N")->check(CLI::Range(1U, 10000U));
  command.add_option("--in-flight", flags.in_flight, "with --nats: messages that wait for their answers; bounds memory [64]")
      ->type_name("N")
      ->check(CLI::Range(1U, 10000U));
  command.add_option("--patience", flags.patience_seconds, "with --nats: seconds without an answer of any worker, or without the queue [600]")
      ->type_name("S")
      ->check(CLI::Range(1U, 86400U));
}

std::string process_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return fmt::format("{}-{}", host.data(), ::getpid());
}

Result<std::unique_ptr<work::Nats>> connect(const NatsFlags& flags, const std::string& role) {
  work::NatsOptions options = flags.options;
  options.name = fmt::format("tamga {} {}", role, process_name());
  return work::Nats::connect(std::move(options));
}

Result<Asker> ask(const NatsFlags& flags) {
  Asker asker;
  if (!flags.given()) return asker;
  // Who has patience with the workers has it with the queue: hours of work need not end with a minute without it.
  NatsFlags patient = flags;
  patient.options.send = std::chrono::seconds(flags.patience_seconds);
  TAMGA_TRY(asker.nats, connect(patient, "asker"));
  TAMGA_TRY_STATUS(asker.nats->make_streams());
  TAMGA_TRY(asker.crew.job, new_job());
  TAMGA_TRY(asker.line, asker.nats->line(asker.crew.job));
  asker.crew.line = asker.line.get();
  asker.crew.rows = flags.rows;
  asker.crew.options.in_flight = flags.in_flight;
  asker.crew.options.patience = std::chrono::seconds(flags.patience_seconds);
  asker.crew.options.ask_again = std::min(asker.crew.options.ask_again, asker.crew.options.patience / 4);
  return asker;
}

}  // namespace tamga::cli
