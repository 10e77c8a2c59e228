#include "app/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <initializer_list>

#include "base/files.h"
#include "base/toml.h"

namespace tamga::app {
namespace {

/// Reads the members of one table; whatever is asked for by no name is an error. Lines are those of read_toml().
class Table {
 public:
  Table(const std::string& file, std::string_view name, const Json& json) : file_(&file), name_(name), json_(&json) {}

  Status only(std::initializer_list<std::string_view> keys) const {
    if (!json_->is_object()) return wrong(json_->offset, fmt::format("[{}] must be a table", name_));
    for (const auto& member : json_->members) {
      if (std::find(keys.begin(), keys.end(), member.key) == keys.end())
        return wrong(member.key_offset, fmt::format("\"{}\" is not known in [{}], expected {}", member.key, name_, fmt::join(keys, ", ")));
    }
    return {};
  }
  Status text(std::string_view key, std::string& into) const {
    const Json* value = json_->find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) return wrong(value->offset, fmt::format("{} must be text", key));
    into = value->text;
    return {};
  }
  Status whole(std::string_view key, long& into, long least, long most) const {
    const Json* value = json_->find(key);
    if (value == nullptr) return {};
    long number = 0;
    const auto& text = value->text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!value->is_number() || error != std::errc() || end != text.data() + text.size() || number < least || number > most)
      return wrong(value->offset, fmt::format("{} must be a whole number from {} to {}", key, least, most));
    into = number;
    return {};
  }
  Status truth(std::string_view key, bool& into) const {
    const Json* value = json_->find(key);
    if (value == nullptr) return {};
    if (value->kind != Json::Kind::boolean) return wrong(value->offset, fmt::format("{} must be true or false", key));
    into = value->truth;
    return {};
  }
  /// One text, or a list of them.
  Status texts(std::string_view key, std::vector<std::string>& into) const {
    const Json* value = json_->find(key);
    if (value == nullptr) return {};
    const auto one = [&](const Json& item) -> Status {
      if (!item.is_string()) return wrong(value->offset, fmt::format("{} must be text, or a list of texts", key));
      into.push_back(item.text);
      return {};
    };
    if (!value->is_array()) return one(*value);
    for (const auto& item : value->items) TAMGA_TRY_STATUS(one(item));
    return {};
  }
  [[nodiscard]] Status wrong(std::uint64_t line, std::string message) const { return bad_input_in(*file_, line, std::move(message)); }

 private:
  const std::string* file_;
  std::string name_;
  const Json* json_;
};

}  // namespace

Result<Config> read_config(const std::string& data) {
  Config config;
  const std::string path = data + "/tamga.toml";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return config;
  TAMGA_TRY(auto bytes, read_file(path, std::size_t{1} << 20));
  TAMGA_TRY(const Json json, read_toml(NamedBytes{path, std::move(bytes)}));
  const Table top(path, "tamga.toml", json);
  TAMGA_TRY_STATUS(top.only({"lists", "update", "house", "audit"}));
  if (const Json* lists = json.find("lists"); lists != nullptr) {
    const Table table(path, "lists", *lists);
    TAMGA_TRY_STATUS(table.only({"shrink_percent_max", "index_cache_mib_max"}));
    TAMGA_TRY_STATUS(table.whole("shrink_percent_max", config.hold.shrink_percent_max, 0, 100));
    TAMGA_TRY_STATUS(table.whole("index_cache_mib_max", config.index_cache_mib_max, 1, 1 << 20));
  }
  if (const Json* update = json.find("update"); update != nullptr) {
    const Table table(path, "update", *update);
    TAMGA_TRY_STATUS(table.only({"lists", "ca_file", "allow_http", "download_mib_max", "retries", "backoff_ms", "stalled_seconds", "sources"}));
    TAMGA_TRY_STATUS(table.texts("lists", config.update_lists));
    TAMGA_TRY_STATUS(table.text("ca_file", config.ca_file));
    TAMGA_TRY_STATUS(table.truth("allow_http", config.allow_http));
    TAMGA_TRY_STATUS(table.whole("download_mib_max", config.download_mib_max, 1, 2048));
    TAMGA_TRY_STATUS(table.whole("retries", config.retries, 0, 100));
    TAMGA_TRY_STATUS(table.whole("backoff_ms", config.backoff_ms, 1, 3600000));
    TAMGA_TRY_STATUS(table.whole("stalled_seconds", config.stalled_seconds, 1, 3600));
    if (const Json* sources = update->find("sources"); sources != nullptr) {
      if (!sources->is_object()) return std::unexpected(table.wrong(sources->offset, "[update.sources] must be a table of LIST = URL").error());
      const Table addresses(path, "update.sources", *sources);
      for (const auto& member : sources->members) {
        UpdateSource source{member.key, {}};
        TAMGA_TRY_STATUS(addresses.texts(member.key, source.urls));
        config.sources.push_back(std::move(source));
      }
    }
  }
  if (const Json* audit = json.find("audit"); audit != nullptr) {
    const Table table(path, "audit", *audit);
    TAMGA_TRY_STATUS(table.only({"checkpoint_every", "keys"}));
    TAMGA_TRY_STATUS(table.whole("checkpoint_every", config.checkpoint_every, 0, 1000000000));
    TAMGA_TRY_STATUS(table.text("keys", config.key_folder));
  }
  if (const Json* house = json.find("house"); house != nullptr) {
    const Table table(path, "house", *house);
    TAMGA_TRY_STATUS(table.only({"keys"}));
    if (const Json* keys = house->find("keys"); keys != nullptr) {
      if (!keys->is_array()) return std::unexpected(table.wrong(keys->offset, "keys must be a list of tables: [[house.keys]]").error());
      for (const auto& item : keys->items) {
        const Table entry(path, "house.keys", item);
        TAMGA_TRY_STATUS(entry.only({"owner", "key"}));
        HouseKey key;
        TAMGA_TRY_STATUS(entry.text("owner", key.owner));
        TAMGA_TRY_STATUS(entry.text("key", key.key));
        if (key.owner.empty() || key.key.empty()) return std::unexpected(entry.wrong(item.offset, "a key needs owner and key").error());
        config.house_keys.push_back(std::move(key));
      }
    }
  }
  return config;
}

}  // namespace tamga::app
