#include "app/audit.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>

#include "app/documents.h"
#include "app/record.h"
#include "app/retention.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "server/read_log.h"

namespace tamga::cli {
namespace {

/// Keys that no earlier key vouches for, beyond the first: whoever could write to the store could have made them.
std::vector<std::string> new_beginnings(const std::vector<store::KnownKey>& keys) {
  std::vector<std::string> found;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i].stands_alone()) found.push_back(keys[i].id);
  }
  return found;
}

Result<int> verify(const Common& common, const std::vector<std::string>& checkpoints) {
  TAMGA_TRY(const auto verification, app::verify_record(common.settings, checkpoints));
  if (common.json) {
    out(app::document(verification).dump() + "\n");
  } else {
    for (const auto& found : verification.damage) note(fmt::format("tamga: {}\n", found.what));
    out(fmt::format("{}  {} ledger entries, {} list editions, {} kept files; head {} {}\n",
                    verification.damage.empty() ? paint(Colour::green, "SOUND") : paint(Colour::red, "DAMAGED"), verification.ledger_entries,
                    verification.editions, verification.blobs, verification.head.sequence, verification.head.hash));
    if (!verification.keys.empty())
      out(fmt::format("{} checkpoints, the last of entry {}; {} keys\n", verification.checkpoints, verification.signed_up_to,
                      verification.keys.size()));
    if (!common.quiet) {
      if (verification.earlier > 0) {
        note(fmt::format("tamga: {} entries bear an earlier time than one before them: a long run, or a clock that went back\n",
                         verification.earlier));
      }
      for (const auto& key : new_beginnings(verification.keys))
        note(fmt::format("tamga: no earlier key signed {}; ask who holds it whether they made it\n", key));
    }
  }
  return verification.damage.empty() ? kDone : kFailure;
}

Result<int> export_ledger(const Common& common, app::ExportRequest request) {
  request.at = utc_now();
  // Not out(): it shows control characters as something else, and an export is bytes.
  TAMGA_TRY(const bool is_signed, app::export_record(common.settings, request, [](std::string_view line) -> Status {
              if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return failure("standard output cannot be written");
              return {};
            }));
  if (!is_signed && !common.quiet) note("tamga: the export is not signed: no key is in use, or its secret half is not here (tamga audit key)\n");
  return kDone;
}

Result<int> verify_reads(const Common& common) {
  TAMGA_TRY(const auto report, server::verify_read_log(common.settings.data));
  if (common.json) {
    Json json = Json::object().set("sound", Json::boolean(report.damage.empty())).set("lines", Json::number(report.lines));
    json.set("lost", Json::number(report.lost));
    out(json.set("damage", Json::strings(report.damage)).dump() + "\n");
  } else {
    for (const auto& what : report.damage) note(fmt::format("tamga: {}\n", what));
    if (report.lost > 0)
      note(fmt::format("tamga: {} more were not written down, since the disk did not take them; lines with \"lost\" say when\n", report.lost));
    out(fmt::format("{}  {} reads\n", report.damage.empty() ? paint(Colour::green, "SOUND") : paint(Colour::red, "DAMAGED"), report.lines));
  }
  return report.damage.empty() ? kDone : kFailure;
}

Result<int> checkpoint(const Common& common, const std::string& file) {
  TAMGA_TRY(const auto text, app::make_checkpoint(common.settings, utc_now()));
  if (!file.empty()) TAMGA_TRY_STATUS(write_file_atomically(file, text + "\n"));
  if (file.empty() || common.json) {
    out(text + "\n");
  } else {
    TAMGA_TRY(const auto made, store::read_checkpoint(text));
    out(fmt::format("Entry {} {} is signed; keep {} where nobody who can write to {} can change it.\n", made.sequence, made.hash, file,
                    common.settings.told_place()));
  }
  return kDone;
}

Result<int> new_key(const Common& common) {
  TAMGA_TRY(const auto key, app::new_audit_key(common.settings, utc_now()));
  if (common.json) {
    out(Json::object().set("key", key).dump() + "\n");
  } else {
    out(fmt::format("{}\nThis is its public half; give it to whoever will check the record. The secret half is in {}; keep a copy of it elsewhere.\n",
                    key, app::key_folder(common.settings)));
  }
  return kDone;
}

Result<int> list_keys(const Common& common) {
  TAMGA_TRY(const auto keys, app::audit_keys(common.settings));
  if (common.json) {
    out(Json::object().set("keys", app::document(keys)).dump() + "\n");
    return kDone;
  }
  if (keys.empty()) out("The ledger has no key yet; make one with: tamga audit key new\n");
  Table table({"key", "entry", "made", "signed by", ""});
  for (const auto& key : keys) {
    table.add({key.id, std::to_string(key.sequence), key.made_at, key.stands_alone() ? "itself" : key.signed_by.substr(0, 20),
               key.revoked.empty() ? (&key == &keys.back() ? "in use" : "") : "revoked: " + key.revoked});
  }
  if (!keys.empty()) out(table.text());
  return kDone;
}

Result<int> revoke_key(const Common& common, const std::string& key, const std::string& reason) {
  TAMGA_TRY_STATUS(app::revoke_audit_key(common.settings, key, reason, utc_now()));
  if (!common.quiet) out(fmt::format("{} signs nothing from now on.\n", key));
  return kDone;
}

Result<int> accept_clock(const Common& common, const std::string& reason) {
  TAMGA_TRY_STATUS(app::accept_clock(common.settings, utc_now(), reason, common.by));
  if (!common.quiet) out("The clock is taken as it is from now on.\n");
  return kDone;
}

struct RetentionOptions {
  std::string rules;
  std::string as_of;
  bool days = false;
  bool due = false;
};

void print_json(const app::Retention& report, Date today, bool due_too) {
  Json rules = Json::array();
  for (const auto& rule : report.rules) {
    Json item = Json::object();
    item.set("id", rule.id).set("title", rule.title).set("years", Json::number(rule.years));
    item.set("starts", rule.from_year_end ? "year_end" : "day").set("in_force", rule.in_force).set("citation", rule.citation);
    rules.push(std::move(item.set("source", rule.source).set("verify", Json::boolean(rule.verify))));
  }
  Json kept = Json::array();
  for (const auto& set : report.kept) {
    Json item = Json::object();
    item.set("kind", set.kind).set("day", set.day.text()).set("entries", Json::number(set.entries)).set("until", set.until.text());
    item.set("rule", set.rule).set("by_another_entry", Json::boolean(set.by_another)).set("hold", app::hold_name(set.hold));
    kept.push(std::move(item.set("must_be_kept", Json::boolean(!set.is_due(today)))));
  }
  Json json = Json::object();
  json.set("as_of", today.text()).set("rules", std::move(rules)).set("kept", std::move(kept)).set("undated", Json::number(report.undated));
  if (due_too) {
    Json list = Json::array();
    for (const auto& due : report.due) {
      Json item = Json::object();
      item.set("sequence", Json::number(due.sequence)).set("kind", due.kind).set("key", due.key).set("day", due.day.text());
      list.push(std::move(item.set("until", due.until.text()).set("rule", due.rule)));
    }
    json.set("due", std::move(list));
  }
  out(json.dump() + "\n");
}

void print_due(const app::Retention& report) {
  if (report.due.empty()) return out("Nothing is due: no entry's time is over.\n");
  Table table({"entry", "kind", "key", "recorded", "kept until", "by"});
  for (const auto& due : report.due)
    table.add({std::to_string(due.sequence), due.kind, one_line(due.key), due.day.text(), due.until.text(), due.rule});
  out(table.text());
}

Result<int> retention(const Common& common, const RetentionOptions& options) {
  TAMGA_TRY(const Date today, read_day(options.as_of, "--as-of"));
  TAMGA_TRY(const auto report, app::retention(common.settings, {options.rules, today, options.due}));
  if (common.json) {
    print_json(report, today, options.due);
    return kDone;
  }
  if (options.due) {
    print_due(report);
    return kDone;
  }
  struct Row {
    std::int64_t entries = 0;
    std::int64_t due = 0;
    std::int64_t held = 0;
    Date first, last;
    std::string rule;
  };
  std::map<std::pair<std::string, std::string>, Row> rows;
  for (const auto& set : report.kept) {
    auto& row = rows[{set.kind, options.days ? set.day.text() : set.day.text().substr(0, 4)}];
    if (row.entries == 0 || set.until < row.first) row.first = set.until;
    if (row.entries == 0 || set.until > row.last) {
      row.last = set.until;
      row.rule = set.rule;
    }
    row.entries += set.entries;
    if (set.hold != app::Hold::none) row.held += set.entries;
    if (set.is_due(today)) row.due += set.entries;
  }
  const auto number = [](std::int64_t count) { return count == 0 ? std::string() : std::to_string(count); };
  Table table({"kind", options.days ? "day" : "year", "entries", "must be kept until", "by", "held", "due"});
  for (const auto& [key, row] : rows) {
    const std::string until = row.first == row.last ? row.last.text() : fmt::format("{} to {}", row.first.text(), row.last.text());
    table.add({key.first, key.second, std::to_string(row.entries), until, row.rule, number(row.held), number(row.due)});
  }
  out(table.text());
  out("held: an open alert, consultation or proposal, a watched deal, a licence in force, or blocked property; not due whatever the day.\n");
  if (report.undated > 0) out(fmt::format("{} entries have a time that is no date; they count as to be kept.\n", report.undated));
  out("The law's time begins with the transaction or its end, which may be later than the record: some days here may be too early.\n");
  for (const auto& rule : report.rules) {
    out(fmt::format("{}: {} years{}; {}{}\n", rule.id, rule.years, rule.from_year_end ? " from the end of the year" : "", rule.citation,
                    rule.verify ? " (not read in the law itself: verify)" : ""));
  }
  return kDone;
}

void add_key(CLI::App& audit, Common& common, Chosen& chosen) {
  auto* key = audit.add_subcommand("key", "the keys that sign the ledger (Ed25519): new, list, revoke");
  key->require_subcommand(1);
  key->footer(
      "The secret half is a file of mode 0600 in DATA/keys, or in the folder that [audit] keys of tamga.toml names; it signs checkpoints and "
      "exports.\n"
      "Where it is not there, nothing is signed and work goes on. Key lost or stolen: key revoke, then key new; the new one then stands alone.");
  auto* made = key->add_subcommand("new", "make a key; the one in use signs it and is replaced");
  made->footer(
      "Prints the public half, for whoever will check the record. Refused when the secret half of the key in use is not here: it must sign the new\n"
      "one, so that whoever trusts the old one can trust the new one. After a revocation the new one is signed by itself.");
  made->callback([&common, &chosen] { chosen.run = [&common] { return new_key(common); }; });
  auto* list = key->add_subcommand("list", "every key that the ledger knows: since when, signed by which, revoked and why");
  list->callback([&common, &chosen] { chosen.run = [&common] { return list_keys(common); }; });
  struct Revocation {
    std::string key;
    std::string reason;
  };
  const auto options = std::make_shared<Revocation>();
  auto* revoke = key->add_subcommand("revoke", "from now on the key's signatures count no more; what it signed before stands");
  revoke->add_option("KEY", options->key, "ed25519:… as key list shows it")->required();
  revoke->add_option("--reason", options->reason, "lost, stolen or retired")->required();
  revoke->callback([&common, &chosen, options] { chosen.run = [&common, options] { return revoke_key(common, options->key, options->reason); }; });
}

void add_clock(CLI::App& audit, Common& common, Chosen& chosen) {
  const auto reason = std::make_shared<std::string>();
  auto* clock = audit.add_subcommand("clock", "say that a clock which went back is right now");
  clock->add_option("--reason", *reason, "why; recorded")->required();
  clock->footer(
      "Tamga records nothing while the clock is more than a day behind the latest entry, and records once that it refused. Set the clock right; or, "
      "if\n"
      "it was wrong before and is right now, say so here. Needs an administrator (--by) where people are named.");
  clock->callback([&common, &chosen, reason] { chosen.run = [&common, reason] { return accept_clock(common, *reason); }; });
}

}  // namespace

void add_audit(CLI::App& app, Common& common, Chosen& chosen) {
  auto* audit = app.add_subcommand("audit", "prove that no record was changed, sign it, hand it out");
  audit->require_subcommand(1);
  audit->footer(
      "Once:           tamga audit key new\n"
      "Each evening:   tamga audit checkpoint --out DAY.checkpoint     and take that file out of reach of whoever can write to --data\n"
      "To prove:       tamga audit verify --checkpoint DAY.checkpoint\n"
      "To hand out:    tamga audit export > record.jsonl; python3 scripts/verify_ledger.py record.jsonl DAY.checkpoint\n"
      "docs/record.md says what each proves and what not, docs/formats/ledger.md has every byte.");

  const auto checkpoints = std::make_shared<std::vector<std::string>>();
  auto* verify_command = audit->add_subcommand("verify", "recompute every hash and check every signature; exit status 1 when anything differs");
  verify_command->add_option("--checkpoint", *checkpoints, "a checkpoint that was kept elsewhere; may be given several times")->type_name("FILE");
  verify_command->footer(
      "Checks the database's own integrity, its tables and triggers, the chain of hashes, every signature, and that editions, kept files, people,\n"
      "licences, alerts and consultations are what the ledger says. Alone it cannot see a store that was replaced as a whole: --checkpoint sees "
      "that,\n"
      "up to the entry that the checkpoint signs. Exit status: 0 SOUND, 1 DAMAGED or unreadable, 2 a FILE that is no checkpoint.");
  verify_command->callback([&common, &chosen, checkpoints] { chosen.run = [&common, checkpoints] { return verify(common, *checkpoints); }; });

  const auto request = std::make_shared<app::ExportRequest>();
  const auto redaction = std::make_shared<std::string>("none");
  auto* export_command = audit->add_subcommand("export", "the ledger as JSON lines, which scripts/verify_ledger.py checks without Tamga");
  export_command->add_option("--from", request->from, "first entry [1]")->type_name("SEQ");
  export_command->add_option("--to", request->to, "last entry [the last there is]")->type_name("SEQ");
  export_command->add_option("--redact", *redaction, "what is left out: none, payload, or personal (payloads, but decisions in summary) [none]")
      ->check(CLI::IsMember({"none", "payload", "personal"}));
  export_command->footer(
      "Writes to standard output an object for each entry and a last line with the hash of all of them, signed where a key is here.\n"
      "A redacted export has the SHA-256 of each payload in its place and verifies like a whole one. A payload that can be guessed is not hidden by "
      "its\n"
      "hash. The entries' kinds, keys and times stand in every export; summaries are the word of whoever signed the last line.");
  export_command->callback([&common, &chosen, request, redaction] {
    request->redaction = app::redaction_from(*redaction).value_or(app::Redaction::personal);
    chosen.run = [&common, request] { return export_ledger(common, *request); };
  });

  const auto file = std::make_shared<std::string>();
  auto* checkpoint_command = audit->add_subcommand("checkpoint", "sign the ledger as it is now, to be kept elsewhere");
  checkpoint_command->add_option("--out", *file, "where to write it [standard output]")->type_name("FILE");
  checkpoint_command->footer(
      "One line of text, also appended to the ledger. Everything up to the entry that it signs can from then on not be changed unnoticed by anybody "
      "who\n"
      "cannot also change FILE. Needs a key in use whose secret half is here. By themselves checkpoints are made after every [audit] "
      "checkpoint_every\n"
      "entries (tamga.toml; 1000), within the ledger only.");
  checkpoint_command->callback([&common, &chosen, file] { chosen.run = [&common, file] { return checkpoint(common, *file); }; });

  add_key(*audit, common, chosen);
  add_clock(*audit, common, chosen);

  const auto options = std::make_shared<RetentionOptions>();
  auto* retention_command = audit->add_subcommand("retention", "until when the law wants each record kept, and what is due");
  retention_command->add_option("--rules", options->rules, "other rules than the built-in ones (data/retention.toml)")->type_name("FILE");
  retention_command->add_option("--as-of", options->as_of, "the day to ask for [today]")->type_name("DAY");
  retention_command->add_flag("--days", options->days, "each day, not each year");
  retention_command->add_flag("--due", options->due, "list each entry whose time is over");
  retention_command->footer(
      "A report. Tamga removes nothing, neither before nor after; docs/record.md says what can be done with personal data whose time is over.\n"
      "Never due: what belongs to an open alert, consultation or proposal, to a watched deal, to a licence in force, or to property reported as "
      "blocked.");
  retention_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return retention(common, *options); }; });
  auto* reads = audit->add_subcommand("reads", "recompute the hashes of the log of reads that the server keeps");
  reads->callback([&common, &chosen] { chosen.run = [&common] { return verify_reads(common); }; });
}

}  // namespace tamga::cli
