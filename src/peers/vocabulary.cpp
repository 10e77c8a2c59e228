#include "peers/vocabulary.h"

#include <algorithm>
#include <array>

#include "lists/lists.h"

namespace tamga::peers {
namespace {

constexpr std::array kSchemata = {
    Schema{"Address", "Address", "Addresses", true},
    Schema{"Airplane", "Airplane", "Airplanes", true},
    Schema{"Analyzable", "Analyzable", "Analyzables"},
    Schema{"Article", "Article", "Articles"},
    Schema{"Asset", "Asset", "Assets"},
    Schema{"Associate", "Associate", "Associates"},
    Schema{"Audio", "Audio", "Audio files"},
    Schema{"BankAccount", "Bank account", "Bank accounts", true},
    Schema{"Call", "Call", "Calls"},
    Schema{"CallForTenders", "Call for tenders", "Calls for tenders"},
    Schema{"Company", "Company", "Companies", true},
    Schema{"Contract", "Contract", "Contracts"},
    Schema{"ContractAward", "Contract award", "Contract awards"},
    Schema{"CourtCase", "Court case", "Court cases"},
    Schema{"CourtCaseParty", "Case party", "Case parties"},
    Schema{"CryptoWallet", "Cryptocurrency wallet", "Cryptocurrency wallets", true},
    Schema{"Debt", "Debt", "Debts"},
    Schema{"Directorship", "Directorship", "Directorships"},
    Schema{"Document", "Document", "Documents"},
    Schema{"Documentation", "Documentation", "Documentations"},
    Schema{"EconomicActivity", "Economic activity", "Economic activities"},
    Schema{"Email", "E-Mail", "E-Mails"},
    Schema{"Employment", "Employment", "Employments"},
    Schema{"Event", "Event", "Events"},
    Schema{"Family", "Family", "Family members"},
    Schema{"Folder", "Folder", "Folders"},
    Schema{"HyperText", "Web page", "Web pages"},
    Schema{"Identification", "Identification", "Identifications"},
    Schema{"Image", "Image", "Images"},
    Schema{"Interest", "Interest", "Interests"},
    Schema{"Interval", "Interval", "Intervals"},
    Schema{"LegalEntity", "Legal entity", "Legal entities", true},
    Schema{"License", "License", "Licenses"},
    Schema{"Membership", "Membership", "Memberships"},
    Schema{"Mention", "Mention", "Mentions"},
    Schema{"Message", "Message", "Messages"},
    Schema{"Note", "Note", "Notes"},
    Schema{"Occupancy", "Occupancy", "Occupancies"},
    Schema{"Organization", "Organization", "Organizations", true},
    Schema{"Ownership", "Ownership", "Ownerships"},
    Schema{"Package", "Package", "Packages"},
    Schema{"Page", "Page", "Pages"},
    Schema{"Pages", "Document", "Documents"},
    Schema{"Passport", "Passport", "Passports"},
    Schema{"Payment", "Payment", "Payments"},
    Schema{"Person", "Person", "People", true},
    Schema{"PlainText", "Text file", "Text files"},
    Schema{"Position", "Position", "Positions", true},
    Schema{"Project", "Project", "Projects"},
    Schema{"ProjectParticipant", "Project participant", "Project participants"},
    Schema{"PublicBody", "Public body", "Public bodies", true},
    Schema{"RealEstate", "Real estate", "Real estates"},
    Schema{"Representation", "Representation", "Representations"},
    Schema{"Risk", "Risk", "Risks"},
    Schema{"Sanction", "Sanction", "Sanctions"},
    Schema{"Security", "Security", "Securities", true},
    Schema{"Similar", "Similar", "Similar entities"},
    Schema{"Succession", "Succession", "Successions"},
    Schema{"Table", "Table", "Tables"},
    Schema{"TaxRoll", "Tax roll", "Tax rolls"},
    Schema{"Thing", "Thing", "Things"},
    Schema{"Trip", "Trip", "Trips"},
    Schema{"UnknownLink", "Other link", "Other links"},
    Schema{"UserAccount", "User account", "User accounts", true},
    Schema{"Value", "Value", "Values"},
    Schema{"Vehicle", "Vehicle", "Vehicles", true},
    Schema{"Vessel", "Vessel", "Vessels", true},
    Schema{"Video", "Video", "Videos"},
    Schema{"Workbook", "Workbook", "Workbooks"},
};

/// What the schemata that can be screened extend; a Company is an Asset as well.
struct Extends {
  std::string_view schema;
  std::string_view first;
  std::string_view second = {};
};
constexpr std::array kExtends = {
    Extends{"LegalEntity", "Thing"},
    Extends{"Person", "LegalEntity"},
    Extends{"Organization", "LegalEntity"},
    Extends{"PublicBody", "Organization"},
    Extends{"Company", "Organization", "Asset"},
    Extends{"Asset", "Thing", "Value"},
    Extends{"Vehicle", "Asset"},
    Extends{"Vessel", "Vehicle"},
    Extends{"Airplane", "Vehicle"},
    Extends{"CryptoWallet", "Thing", "Value"},
    Extends{"Security", "Asset"},
    Extends{"RealEstate", "Asset"},
    Extends{"Address", "Thing"},
    Extends{"Position", "Thing"},
    Extends{"BankAccount", "Asset"},
    Extends{"UserAccount", "Thing"},
    Extends{"Interest", "Interval"},
    Extends{"Sanction", "Interval"},
    Extends{"Associate", "Interval"},
    Extends{"Family", "Interval"},
    Extends{"Occupancy", "Interval"},
    Extends{"Ownership", "Interest"},
    Extends{"Directorship", "Interest"},
    Extends{"Membership", "Interest"},
    Extends{"Employment", "Interest"},
    Extends{"Representation", "Interest"},
    Extends{"Succession", "Interest"},
    Extends{"UnknownLink", "Interest"},
    Extends{"Debt", "Interval", "Value"},
    Extends{"Payment", "Interval", "Value"},
};

constexpr std::array kProperties = {
    PropertyInfo{"Thing", "name", "Name", Type::name},
    PropertyInfo{"Thing", "alias", "Alias", Type::name},
    PropertyInfo{"Thing", "previousName", "Previous name", Type::name},
    PropertyInfo{"Thing", "weakAlias", "Weak alias", Type::name},
    PropertyInfo{"Thing", "country", "Country", Type::country},
    PropertyInfo{"Thing", "address", "Address", Type::address},
    PropertyInfo{"Thing", "addressEntity", "Address", Type::entity},
    PropertyInfo{"Thing", "alephUrl", "Aleph URL", Type::url},
    PropertyInfo{"Thing", "createdAt", "Created at", Type::date},
    PropertyInfo{"Thing", "description", "Description", Type::text},
    PropertyInfo{"Thing", "indexText", "Index text", Type::text},
    PropertyInfo{"Thing", "keywords", "Keywords"},
    PropertyInfo{"Thing", "modifiedAt", "Modified on", Type::date},
    PropertyInfo{"Thing", "notes", "Notes", Type::text},
    PropertyInfo{"Thing", "program", "Program"},
    PropertyInfo{"Thing", "programId", "Program ID", Type::identifier},
    PropertyInfo{"Thing", "proof", "Source document", Type::entity},
    PropertyInfo{"Thing", "publisher", "Publishing source"},
    PropertyInfo{"Thing", "publisherUrl", "Publishing source URL", Type::url},
    PropertyInfo{"Thing", "retrievedAt", "Retrieved on", Type::date},
    PropertyInfo{"Thing", "riskSource", "Risk source", Type::entity},
    PropertyInfo{"Thing", "sourceUrl", "Source link", Type::url},
    PropertyInfo{"Thing", "summary", "Summary", Type::text},
    PropertyInfo{"Thing", "topics", "Topics", Type::topic},
    PropertyInfo{"Thing", "wikidataId", "Wikidata ID", Type::identifier},
    PropertyInfo{"Thing", "wikipediaUrl", "Wikipedia Article", Type::url},
    PropertyInfo{"Value", "amount", "Amount", Type::number},
    PropertyInfo{"Value", "amountEur", "Amount in EUR", Type::number},
    PropertyInfo{"Value", "amountUsd", "Amount in USD", Type::number},
    PropertyInfo{"Value", "currency", "Currency"},
    PropertyInfo{"LegalEntity", "abbreviation", "Abbreviation", Type::name},
    PropertyInfo{"LegalEntity", "bvdId", "Bureau van Dijk ID", Type::identifier},
    PropertyInfo{"LegalEntity", "brightQueryId", "BrightQuery ID", Type::identifier},
    PropertyInfo{"LegalEntity", "brightQueryOrgId", "BrightQuery Organization ID", Type::identifier},
    PropertyInfo{"LegalEntity", "classification", "Classification"},
    PropertyInfo{"LegalEntity", "companiesMentioned", "Detected companies", Type::name},
    PropertyInfo{"LegalEntity", "dissolutionDate", "Dissolution date", Type::date},
    PropertyInfo{"LegalEntity", "dunsCode", "DUNS", Type::identifier},
    PropertyInfo{"LegalEntity", "email", "Email", Type::email},
    PropertyInfo{"LegalEntity", "icijId", "ICIJ ID"},
    PropertyInfo{"LegalEntity", "idNumber", "ID Number", Type::identifier},
    PropertyInfo{"LegalEntity", "incorporationDate", "Incorporation date", Type::date},
    PropertyInfo{"LegalEntity", "innCode", "INN", Type::identifier},
    PropertyInfo{"LegalEntity", "jurisdiction", "Jurisdiction", Type::country},
    PropertyInfo{"LegalEntity", "legalForm", "Legal form"},
    PropertyInfo{"LegalEntity", "leiCode", "LEI", Type::identifier},
    PropertyInfo{"LegalEntity", "licenseNumber", "License Number", Type::identifier},
    PropertyInfo{"LegalEntity", "mainCountry", "Country of origin", Type::country},
    PropertyInfo{"LegalEntity", "npiCode", "NPI", Type::identifier},
    PropertyInfo{"LegalEntity", "ogrnCode", "OGRN", Type::identifier},
    PropertyInfo{"LegalEntity", "okpoCode", "OKPO", Type::identifier},
    PropertyInfo{"LegalEntity", "okvedCode", "OKVED", Type::identifier},
    PropertyInfo{"LegalEntity", "opencorporatesUrl", "OpenCorporates URL", Type::url},
    PropertyInfo{"LegalEntity", "parent", "Parent company", Type::entity},
    PropertyInfo{"LegalEntity", "phone", "Phone", Type::phone},
    PropertyInfo{"LegalEntity", "registrationNumber", "Registration number", Type::identifier},
    PropertyInfo{"LegalEntity", "sayariId", "Sayari Entity ID", Type::identifier},
    PropertyInfo{"LegalEntity", "sector", "Sector"},
    PropertyInfo{"LegalEntity", "status", "Status"},
    PropertyInfo{"LegalEntity", "swiftBic", "SWIFT/BIC", Type::identifier},
    PropertyInfo{"LegalEntity", "taxNumber", "Tax Number", Type::identifier},
    PropertyInfo{"LegalEntity", "taxStatus", "Tax status"},
    PropertyInfo{"LegalEntity", "uniqueEntityId", "Unique Entity ID", Type::identifier},
    PropertyInfo{"LegalEntity", "uscCode", "USCC", Type::identifier},
    PropertyInfo{"LegalEntity", "vatCode", "V.A.T. Identifier", Type::identifier},
    PropertyInfo{"LegalEntity", "website", "Website", Type::url},
    PropertyInfo{"Person", "appearance", "Physical appearance"},
    PropertyInfo{"Person", "biography", "Biography", Type::text},
    PropertyInfo{"Person", "birthCountry", "Country of birth", Type::country},
    PropertyInfo{"Person", "birthDate", "Birth date", Type::date},
    PropertyInfo{"Person", "birthPlace", "Place of birth"},
    PropertyInfo{"Person", "citizenship", "Citizenship", Type::country},
    PropertyInfo{"Person", "deathDate", "Death date", Type::date},
    PropertyInfo{"Person", "education", "Education"},
    PropertyInfo{"Person", "ethnicity", "Ethnicity"},
    PropertyInfo{"Person", "eyeColor", "Eye color"},
    PropertyInfo{"Person", "fatherName", "Patronymic"},
    PropertyInfo{"Person", "firstName", "First name"},
    PropertyInfo{"Person", "gender", "Gender", Type::gender},
    PropertyInfo{"Person", "hairColor", "Hair color"},
    PropertyInfo{"Person", "height", "Height", Type::number},
    PropertyInfo{"Person", "lastName", "Last name"},
    PropertyInfo{"Person", "middleName", "Middle name"},
    PropertyInfo{"Person", "motherName", "Matronymic"},
    PropertyInfo{"Person", "nameSuffix", "Name suffix"},
    PropertyInfo{"Person", "nationality", "Nationality", Type::country},
    PropertyInfo{"Person", "passportNumber", "Passport number", Type::identifier},
    PropertyInfo{"Person", "political", "Political association"},
    PropertyInfo{"Person", "position", "Position"},
    PropertyInfo{"Person", "profession", "Profession"},
    PropertyInfo{"Person", "religion", "Religion"},
    PropertyInfo{"Person", "secondName", "Second name"},
    PropertyInfo{"Person", "socialSecurityNumber", "Social security number", Type::identifier},
    PropertyInfo{"Person", "spokenLanguage", "Spoken language", Type::language},
    PropertyInfo{"Person", "title", "Title"},
    PropertyInfo{"Person", "weight", "Weight", Type::number},
    PropertyInfo{"Organization", "cageCode", "CAGE", Type::identifier},
    PropertyInfo{"Organization", "giiNumber", "GIIN", Type::identifier},
    PropertyInfo{"Organization", "imoNumber", "IMO Number", Type::identifier},
    PropertyInfo{"Organization", "permId", "PermID", Type::identifier},
    PropertyInfo{"Company", "bikCode", "BIK", Type::identifier},
    PropertyInfo{"Company", "caemCode", "COD CAEM"},
    PropertyInfo{"Company", "capital", "Capital", Type::number},
    PropertyInfo{"Company", "cikCode", "SEC Central Index Key", Type::identifier},
    PropertyInfo{"Company", "coatoCode", "COATO / SOATO / OKATO", Type::identifier},
    PropertyInfo{"Company", "fnsCode", "Federal tax service code", Type::identifier},
    PropertyInfo{"Company", "fssCode", "FSS"},
    PropertyInfo{"Company", "ipoCode", "IPO", Type::identifier},
    PropertyInfo{"Company", "irsCode", "IRS Number", Type::identifier},
    PropertyInfo{"Company", "isinCode", "ISIN", Type::identifier},
    PropertyInfo{"Company", "jibCode", "JIB", Type::identifier},
    PropertyInfo{"Company", "kppCode", "KPP", Type::identifier},
    PropertyInfo{"Company", "mbsCode", "MBS", Type::identifier},
    PropertyInfo{"Company", "okopfCode", "OKOPF"},
    PropertyInfo{"Company", "oksmCode", "OKSM"},
    PropertyInfo{"Company", "pfrNumber", "PFR Number", Type::identifier},
    PropertyInfo{"Company", "ricCode", "Reuters Instrument Code", Type::identifier},
    PropertyInfo{"Company", "ticker", "Stock ticker symbol", Type::identifier},
    PropertyInfo{"Company", "voenCode", "VOEN", Type::identifier},
    PropertyInfo{"Vehicle", "buildDate", "Build Date", Type::date},
    PropertyInfo{"Vehicle", "deregistrationDate", "De-registration Date", Type::date},
    PropertyInfo{"Vehicle", "model", "Model"},
    PropertyInfo{"Vehicle", "operator", "Operator", Type::entity},
    PropertyInfo{"Vehicle", "owner", "Owner", Type::entity},
    PropertyInfo{"Vehicle", "registrationDate", "Registration Date", Type::date},
    PropertyInfo{"Vehicle", "registrationNumber", "Registration number", Type::identifier},
    PropertyInfo{"Vehicle", "type", "Type"},
    PropertyInfo{"Vessel", "callSign", "Call Sign", Type::identifier},
    PropertyInfo{"Vessel", "crsNumber", "CRS Number", Type::identifier},
    PropertyInfo{"Vessel", "deadweightTonnage", "Deadweight Tonnage", Type::number},
    PropertyInfo{"Vessel", "flag", "Flag", Type::country},
    PropertyInfo{"Vessel", "grossRegisteredTonnage", "Gross Registered Tonnage", Type::number},
    PropertyInfo{"Vessel", "imoNumber", "IMO Number", Type::identifier},
    PropertyInfo{"Vessel", "mmsi", "MMSI", Type::identifier},
    PropertyInfo{"Vessel", "nameChangeDate", "Date of Name Change", Type::date},
    PropertyInfo{"Vessel", "navigationArea", "Navigation Area"},
    PropertyInfo{"Vessel", "pastFlags", "Past Flags", Type::country},
    PropertyInfo{"Vessel", "pastTypes", "Past Types"},
    PropertyInfo{"Vessel", "registrationPort", "Port of Registration"},
    PropertyInfo{"Vessel", "tonnage", "Tonnage", Type::number},
    PropertyInfo{"Airplane", "icaoCode", "ICAO aircraft type designator", Type::identifier},
    PropertyInfo{"Airplane", "manufacturer", "Manufacturer"},
    PropertyInfo{"Airplane", "serialNumber", "Serial Number", Type::identifier},
    PropertyInfo{"CryptoWallet", "accountId", "Account ID", Type::identifier},
    PropertyInfo{"CryptoWallet", "balance", "Balance", Type::number},
    PropertyInfo{"CryptoWallet", "balanceDate", "Balance date", Type::date},
    PropertyInfo{"CryptoWallet", "blockchain", "Blockchain"},
    PropertyInfo{"CryptoWallet", "creationDate", "Creation date", Type::date},
    PropertyInfo{"CryptoWallet", "cryptoAddress", "Crypto address", Type::identifier},
    PropertyInfo{"CryptoWallet", "currencySymbol", "Currency short code"},
    PropertyInfo{"CryptoWallet", "custodyType", "Custody type"},
    PropertyInfo{"CryptoWallet", "holder", "Wallet holder", Type::entity},
    PropertyInfo{"CryptoWallet", "managingExchange", "Managing exchange"},
    PropertyInfo{"CryptoWallet", "privateKey", "Private key"},
    PropertyInfo{"CryptoWallet", "publicKey", "Address", Type::identifier},
    PropertyInfo{"Security", "classification", "Classification"},
    PropertyInfo{"Security", "collateral", "Collateral"},
    PropertyInfo{"Security", "figiCode", "Financial Instrument Global Identifier", Type::identifier},
    PropertyInfo{"Security", "isin", "ISIN", Type::identifier},
    PropertyInfo{"Security", "issueDate", "Date issued", Type::date},
    PropertyInfo{"Security", "issuer", "Issuer", Type::entity},
    PropertyInfo{"Security", "maturityDate", "Maturity date", Type::date},
    PropertyInfo{"Security", "registrationNumber", "Registration number", Type::identifier},
    PropertyInfo{"Security", "ticker", "Stock ticker symbol", Type::identifier},
    PropertyInfo{"Security", "type", "Type"},
    PropertyInfo{"RealEstate", "area", "Area", Type::number},
    PropertyInfo{"RealEstate", "cadastralCode", "Cadastral code", Type::identifier},
    PropertyInfo{"RealEstate", "registrationNumber", "Registration number", Type::identifier},
    PropertyInfo{"RealEstate", "titleNumber", "Title number", Type::identifier},
    PropertyInfo{"Address", "full", "Full address", Type::address},
    PropertyInfo{"Address", "city", "City"},
    PropertyInfo{"Address", "googlePlaceId", "Google Places ID", Type::identifier},
    PropertyInfo{"Address", "latitude", "Latitude", Type::number},
    PropertyInfo{"Address", "longitude", "Longitude", Type::number},
    PropertyInfo{"Address", "osmId", "OpenStreetmap Place ID", Type::identifier},
    PropertyInfo{"Address", "postOfficeBox", "PO Box"},
    PropertyInfo{"Address", "postalCode", "Postal code"},
    PropertyInfo{"Address", "region", "Region"},
    PropertyInfo{"Address", "remarks", "Remarks"},
    PropertyInfo{"Address", "state", "State"},
    PropertyInfo{"Address", "street", "Street address"},
    PropertyInfo{"Address", "street2", "Street address (ctd.)"},
    PropertyInfo{"Position", "dissolutionDate", "Dissolution date", Type::date},
    PropertyInfo{"Position", "inceptionDate", "Inception date", Type::date},
    PropertyInfo{"Position", "numberOfSeats", "Total number of seats", Type::number},
    PropertyInfo{"Position", "organization", "Organization", Type::entity},
    PropertyInfo{"Position", "subnationalArea", "Subnational area"},
};

constexpr std::array kBackwards = {
    Backwards{"Ownership", "ownershipOwner", "ownershipAsset"},
    Backwards{"Directorship", "directorshipDirector", "directorshipOrganization"},
    Backwards{"Family", "familyPerson", "familyRelative"},
    Backwards{"Associate", "associates", "associations"},
    Backwards{"Membership", "membershipMember", "membershipOrganization"},
    Backwards{"Employment", "employers", "employees"},
    Backwards{"Representation", "agencyClient", "agentRepresentation"},
    Backwards{"Succession", "successors", "predecessors"},
    Backwards{"Occupancy", "positionOccupancies", "occupancies"},
    Backwards{"UnknownLink", "unknownLinkTo", "unknownLinkFrom"},
    Backwards{"Debt", "debtDebtor", "debtCreditor"},
    Backwards{"Payment", "paymentPayer", "paymentBeneficiary"},
};

/// Which schema carries the far end of an edge; what stands here is what links_others() says yes to.
struct Carrier {
  std::string_view property;
  std::string_view schema;
};
constexpr std::array kCarriers = {
    Carrier{"ownershipOwner", "LegalEntity"},
    Carrier{"ownershipAsset", "Asset"},
    Carrier{"directorshipDirector", "LegalEntity"},
    Carrier{"directorshipOrganization", "Organization"},
    Carrier{"familyPerson", "Person"},
    Carrier{"familyRelative", "Person"},
    Carrier{"associates", "Person"},
    Carrier{"associations", "Person"},
    Carrier{"membershipMember", "LegalEntity"},
    Carrier{"membershipOrganization", "Organization"},
    Carrier{"employers", "Person"},
    Carrier{"employees", "Organization"},
    Carrier{"agencyClient", "LegalEntity"},
    Carrier{"agentRepresentation", "LegalEntity"},
    Carrier{"successors", "LegalEntity"},
    Carrier{"predecessors", "LegalEntity"},
    Carrier{"positionOccupancies", "Person"},
    Carrier{"occupancies", "Position"},
    Carrier{"unknownLinkTo", "Thing"},
    Carrier{"unknownLinkFrom", "Thing"},
    Carrier{"debtDebtor", "LegalEntity"},
    Carrier{"debtCreditor", "LegalEntity"},
    Carrier{"paymentPayer", "LegalEntity"},
    Carrier{"paymentBeneficiary", "LegalEntity"},
    Carrier{"sanctions", "Thing"},
};

struct Label {
  std::string_view key;
  std::string_view label;
};

constexpr std::array kTopics = {
    Label{"asset.frozen", "Frozen asset"},
    Label{"corp.disqual", "Disqualified"},
    Label{"corp.offshore", "Offshore"},
    Label{"corp.public", "Public listed company"},
    Label{"corp.shell", "Shell company"},
    Label{"crime", "Crime"},
    Label{"crime.boss", "Criminal leadership"},
    Label{"crime.cyber", "Cybercrime"},
    Label{"crime.env", "Environmental violations"},
    Label{"crime.fin", "Financial crime"},
    Label{"crime.fraud", "Fraud"},
    Label{"crime.terror", "Terrorism"},
    Label{"crime.theft", "Theft"},
    Label{"crime.traffick", "Trafficking"},
    Label{"crime.traffick.drug", "Drug trafficking"},
    Label{"crime.traffick.human", "Human trafficking"},
    Label{"crime.war", "War crimes"},
    Label{"debarment", "Debarred entity"},
    Label{"export.control", "Export controlled"},
    Label{"export.control.linked", "Export control-linked"},
    Label{"export.risk", "Trade risk"},
    Label{"fin", "Financial services"},
    Label{"fin.adivsor", "Financial advisor"},
    Label{"fin.bank", "Bank"},
    Label{"fin.fund", "Fund"},
    Label{"forced.labor", "Forced labor"},
    Label{"gov", "Government"},
    Label{"gov.admin", "Civil service"},
    Label{"gov.executive", "Executive branch of government"},
    Label{"gov.financial", "Central banking and financial integrity"},
    Label{"gov.head", "Head of government or state"},
    Label{"gov.igo", "Intergovernmental organization"},
    Label{"gov.judicial", "Judicial branch of government"},
    Label{"gov.legislative", "Legislative branch of government"},
    Label{"gov.muni", "Municipal government"},
    Label{"gov.national", "National government"},
    Label{"gov.religion", "Religious leadership"},
    Label{"gov.security", "Security services"},
    Label{"gov.soe", "State-owned enterprise"},
    Label{"gov.state", "State government"},
    Label{"invest.ban", "Investment ban"},
    Label{"invest.risk", "Investment risk"},
    Label{"mare.detained", "Maritime detention"},
    Label{"mare.shadow", "Shadow fleet"},
    Label{"mare.sts", "Ship-to-ship transfer"},
    Label{"mil", "Military"},
    Label{"poi", "Person of interest"},
    Label{"pol.party", "Political party"},
    Label{"pol.union", "Union"},
    Label{"reg.action", "Regulator action"},
    Label{"reg.warn", "Regulator warning"},
    Label{"rel", "Religion"},
    Label{"role.acct", "Accountant"},
    Label{"role.act", "Activist"},
    Label{"role.civil", "Civil servant"},
    Label{"role.diplo", "Diplomat"},
    Label{"role.journo", "Journalist"},
    Label{"role.judge", "Judge"},
    Label{"role.lawyer", "Lawyer"},
    Label{"role.lobby", "Lobbyist"},
    Label{"role.oligarch", "Oligarch"},
    Label{"role.pep", "Politician"},
    Label{"role.pep.frmr", "Former politician"},
    Label{"role.pep.intl", "International politician"},
    Label{"role.pep.natl", "National politician"},
    Label{"role.pol", "Non-PEP politician"},
    Label{"role.rca", "Close associate"},
    Label{"role.spy", "Spy"},
    Label{"sanction", "Sanctioned entity"},
    Label{"sanction.control", "Sanction-controlled entity"},
    Label{"sanction.counter", "Counter-sanctioned entity"},
    Label{"sanction.linked", "Sanction-linked entity"},
    Label{"wanted", "Wanted"},
};

// ISO 3166-1; the short English names that the UN uses, or customary ones where those are official forms.
constexpr std::array kCountries = {
    Label{"ad", "Andorra"},
    Label{"ae", "United Arab Emirates"},
    Label{"af", "Afghanistan"},
    Label{"ag", "Antigua and Barbuda"},
    Label{"ai", "Anguilla"},
    Label{"al", "Albania"},
    Label{"am", "Armenia"},
    Label{"ao", "Angola"},
    Label{"aq", "Antarctica"},
    Label{"ar", "Argentina"},
    Label{"as", "American Samoa"},
    Label{"at", "Austria"},
    Label{"au", "Australia"},
    Label{"aw", "Aruba"},
    Label{"ax", "Åland Islands"},
    Label{"az", "Azerbaijan"},
    Label{"ba", "Bosnia and Herzegovina"},
    Label{"bb", "Barbados"},
    Label{"bd", "Bangladesh"},
    Label{"be", "Belgium"},
    Label{"bf", "Burkina Faso"},
    Label{"bg", "Bulgaria"},
    Label{"bh", "Bahrain"},
    Label{"bi", "Burundi"},
    Label{"bj", "Benin"},
    Label{"bl", "Saint Barthélemy"},
    Label{"bm", "Bermuda"},
    Label{"bn", "Brunei"},
    Label{"bo", "Bolivia"},
    Label{"bq", "Caribbean Netherlands"},
    Label{"br", "Brazil"},
    Label{"bs", "Bahamas"},
    Label{"bt", "Bhutan"},
    Label{"bv", "Bouvet Island"},
    Label{"bw", "Botswana"},
    Label{"by", "Belarus"},
    Label{"bz", "Belize"},
    Label{"ca", "Canada"},
    Label{"cc", "Cocos Islands"},
    Label{"cd", "DR Congo"},
    Label{"cf", "Central African Republic"},
    Label{"cg", "Republic of the Congo"},
    Label{"ch", "Switzerland"},
    Label{"ci", "Côte d'Ivoire"},
    Label{"ck", "Cook Islands"},
    Label{"cl", "Chile"},
    Label{"cm", "Cameroon"},
    Label{"cn", "China"},
    Label{"co", "Colombia"},
    Label{"cr", "Costa Rica"},
    Label{"cu", "Cuba"},
    Label{"cv", "Cabo Verde"},
    Label{"cw", "Curaçao"},
    Label{"cx", "Christmas Island"},
    Label{"cy", "Cyprus"},
    Label{"cz", "Czechia"},
    Label{"de", "Germany"},
    Label{"dj", "Djibouti"},
    Label{"dk", "Denmark"},
    Label{"dm", "Dominica"},
    Label{"do", "Dominican Republic"},
    Label{"dz", "Algeria"},
    Label{"ec", "Ecuador"},
    Label{"ee", "Estonia"},
    Label{"eg", "Egypt"},
    Label{"eh", "Western Sahara"},
    Label{"er", "Eritrea"},
    Label{"es", "Spain"},
    Label{"et", "Ethiopia"},
    Label{"eu", "European Union"},
    Label{"fi", "Finland"},
    Label{"fj", "Fiji"},
    Label{"fk", "Falkland Islands"},
    Label{"fm", "Micronesia"},
    Label{"fo", "Faroe Islands"},
    Label{"fr", "France"},
    Label{"ga", "Gabon"},
    Label{"gb", "United Kingdom"},
    Label{"gd", "Grenada"},
    Label{"ge", "Georgia"},
    Label{"gf", "French Guiana"},
    Label{"gg", "Guernsey"},
    Label{"gh", "Ghana"},
    Label{"gi", "Gibraltar"},
    Label{"gl", "Greenland"},
    Label{"gm", "Gambia"},
    Label{"gn", "Guinea"},
    Label{"gp", "Guadeloupe"},
    Label{"gq", "Equatorial Guinea"},
    Label{"gr", "Greece"},
    Label{"gs", "South Georgia"},
    Label{"gt", "Guatemala"},
    Label{"gu", "Guam"},
    Label{"gw", "Guinea-Bissau"},
    Label{"gy", "Guyana"},
    Label{"hk", "Hong Kong"},
    Label{"hm", "Heard and McDonald Islands"},
    Label{"hn", "Honduras"},
    Label{"hr", "Croatia"},
    Label{"ht", "Haiti"},
    Label{"hu", "Hungary"},
    Label{"id", "Indonesia"},
    Label{"ie", "Ireland"},
    Label{"il", "Israel"},
    Label{"im", "Isle of Man"},
    Label{"in", "India"},
    Label{"io", "British Indian Ocean Territory"},
    Label{"iq", "Iraq"},
    Label{"ir", "Iran"},
    Label{"is", "Iceland"},
    Label{"it", "Italy"},
    Label{"je", "Jersey"},
    Label{"jm", "Jamaica"},
    Label{"jo", "Jordan"},
    Label{"jp", "Japan"},
    Label{"ke", "Kenya"},
    Label{"kg", "Kyrgyzstan"},
    Label{"kh", "Cambodia"},
    Label{"ki", "Kiribati"},
    Label{"km", "Comoros"},
    Label{"kn", "Saint Kitts and Nevis"},
    Label{"kp", "North Korea"},
    Label{"kr", "South Korea"},
    Label{"kw", "Kuwait"},
    Label{"ky", "Cayman Islands"},
    Label{"kz", "Kazakhstan"},
    Label{"la", "Laos"},
    Label{"lb", "Lebanon"},
    Label{"lc", "Saint Lucia"},
    Label{"li", "Liechtenstein"},
    Label{"lk", "Sri Lanka"},
    Label{"lr", "Liberia"},
    Label{"ls", "Lesotho"},
    Label{"lt", "Lithuania"},
    Label{"lu", "Luxembourg"},
    Label{"lv", "Latvia"},
    Label{"ly", "Libya"},
    Label{"ma", "Morocco"},
    Label{"mc", "Monaco"},
    Label{"md", "Moldova"},
    Label{"me", "Montenegro"},
    Label{"mf", "Saint Martin"},
    Label{"mg", "Madagascar"},
    Label{"mh", "Marshall Islands"},
    Label{"mk", "North Macedonia"},
    Label{"ml", "Mali"},
    Label{"mm", "Myanmar"},
    Label{"mn", "Mongolia"},
    Label{"mo", "Macao"},
    Label{"mp", "Northern Mariana Islands"},
    Label{"mq", "Martinique"},
    Label{"mr", "Mauritania"},
    Label{"ms", "Montserrat"},
    Label{"mt", "Malta"},
    Label{"mu", "Mauritius"},
    Label{"mv", "Maldives"},
    Label{"mw", "Malawi"},
    Label{"mx", "Mexico"},
    Label{"my", "Malaysia"},
    Label{"mz", "Mozambique"},
    Label{"na", "Namibia"},
    Label{"nc", "New Caledonia"},
    Label{"ne", "Niger"},
    Label{"nf", "Norfolk Island"},
    Label{"ng", "Nigeria"},
    Label{"ni", "Nicaragua"},
    Label{"nl", "Netherlands"},
    Label{"no", "Norway"},
    Label{"np", "Nepal"},
    Label{"nr", "Nauru"},
    Label{"nu", "Niue"},
    Label{"nz", "New Zealand"},
    Label{"om", "Oman"},
    Label{"pa", "Panama"},
    Label{"pe", "Peru"},
    Label{"pf", "French Polynesia"},
    Label{"pg", "Papua New Guinea"},
    Label{"ph", "Philippines"},
    Label{"pk", "Pakistan"},
    Label{"pl", "Poland"},
    Label{"pm", "Saint Pierre and Miquelon"},
    Label{"pn", "Pitcairn"},
    Label{"pr", "Puerto Rico"},
    Label{"ps", "Palestine"},
    Label{"pt", "Portugal"},
    Label{"pw", "Palau"},
    Label{"py", "Paraguay"},
    Label{"qa", "Qatar"},
    Label{"re", "Réunion"},
    Label{"ro", "Romania"},
    Label{"rs", "Serbia"},
    Label{"ru", "Russia"},
    Label{"rw", "Rwanda"},
    Label{"sa", "Saudi Arabia"},
    Label{"sb", "Solomon Islands"},
    Label{"sc", "Seychelles"},
    Label{"sd", "Sudan"},
    Label{"se", "Sweden"},
    Label{"sg", "Singapore"},
    Label{"sh", "Saint Helena"},
    Label{"si", "Slovenia"},
    Label{"sj", "Svalbard and Jan Mayen"},
    Label{"sk", "Slovakia"},
    Label{"sl", "Sierra Leone"},
    Label{"sm", "San Marino"},
    Label{"sn", "Senegal"},
    Label{"so", "Somalia"},
    Label{"sr", "Suriname"},
    Label{"ss", "South Sudan"},
    Label{"st", "São Tomé and Príncipe"},
    Label{"sv", "El Salvador"},
    Label{"sx", "Sint Maarten"},
    Label{"sy", "Syria"},
    Label{"sz", "Eswatini"},
    Label{"tc", "Turks and Caicos Islands"},
    Label{"td", "Chad"},
    Label{"tf", "French Southern Territories"},
    Label{"tg", "Togo"},
    Label{"th", "Thailand"},
    Label{"tj", "Tajikistan"},
    Label{"tk", "Tokelau"},
    Label{"tl", "Timor-Leste"},
    Label{"tm", "Turkmenistan"},
    Label{"tn", "Tunisia"},
    Label{"to", "Tonga"},
    Label{"tr", "Türkiye"},
    Label{"tt", "Trinidad and Tobago"},
    Label{"tv", "Tuvalu"},
    Label{"tw", "Taiwan"},
    Label{"tz", "Tanzania"},
    Label{"ua", "Ukraine"},
    Label{"ug", "Uganda"},
    Label{"um", "U.S. Outlying Islands"},
    Label{"us", "United States"},
    Label{"uy", "Uruguay"},
    Label{"uz", "Uzbekistan"},
    Label{"va", "Holy See"},
    Label{"vc", "Saint Vincent and the Grenadines"},
    Label{"ve", "Venezuela"},
    Label{"vg", "British Virgin Islands"},
    Label{"vi", "U.S. Virgin Islands"},
    Label{"vn", "Vietnam"},
    Label{"vu", "Vanuatu"},
    Label{"wf", "Wallis and Futuna"},
    Label{"ws", "Samoa"},
    Label{"xk", "Kosovo"},
    Label{"ye", "Yemen"},
    Label{"yt", "Mayotte"},
    Label{"za", "South Africa"},
    Label{"zm", "Zambia"},
    Label{"zw", "Zimbabwe"},
};
static_assert(std::is_sorted(kCountries.begin(), kCountries.end(), [](const Label& a, const Label& b) { return a.key < b.key; }));
static_assert(std::is_sorted(kTopics.begin(), kTopics.end(), [](const Label& a, const Label& b) { return a.key < b.key; }));

template <typename Table>
const Label* find_label(const Table& table, std::string_view key) {
  const auto at = std::lower_bound(table.begin(), table.end(), key, [](const Label& label, std::string_view wanted) { return label.key < wanted; });
  return at != table.end() && at->key == key ? &*at : nullptr;
}

const Extends* extends_of(std::string_view schema) {
  const auto at = std::find_if(kExtends.begin(), kExtends.end(), [&](const Extends& entry) { return entry.schema == schema; });
  return at == kExtends.end() ? nullptr : &*at;
}

void add_properties(std::string_view schema, std::vector<const PropertyInfo*>& all) {
  for (const auto& property : kProperties) {
    if (property.schema != schema) continue;
    // What a schema says again of what it extends (Vessel:imoNumber) stands once.
    if (std::any_of(all.begin(), all.end(), [&](const PropertyInfo* known) { return known->name == property.name; })) continue;
    all.push_back(&property);
  }
  if (const auto* extends = extends_of(schema); extends != nullptr) {
    add_properties(extends->first, all);
    if (!extends->second.empty()) add_properties(extends->second, all);
  }
}

bool extends_schema(std::string_view schema, std::string_view ancestor) {
  if (schema == ancestor) return true;
  const auto* extends = extends_of(schema);
  if (extends == nullptr) return false;
  return extends_schema(extends->first, ancestor) || (!extends->second.empty() && extends_schema(extends->second, ancestor));
}

/// The sources of the Consolidated Screening List, by their abbreviation.
std::vector<std::string_view> topics_of_csl(std::string_view source) {
  if (source == "EL" || source == "DPL" || source == "MEU") return {"export.control"};
  if (source == "UVL") return {"export.risk"};
  if (source == "DTC") return {"debarment", "export.control"};
  if (source == "CMIC") return {"invest.ban"};
  if (source == "SDN" || source == "FSE" || source == "SSI" || source == "CAP" || source == "NS-MBS" || source == "PLC" || source == "ISN")
    return {"sanction"};
  // A programme beside the source says no more.
  return {};
}

}  // namespace

const Schema* find_schema(std::string_view name) {
  const auto at = std::find_if(kSchemata.begin(), kSchemata.end(), [&](const Schema& schema) { return schema.name == name; });
  return at == kSchemata.end() ? nullptr : &*at;
}

std::span<const Schema> schemata() { return kSchemata; }

bool could_mean(std::string_view wanted, std::string_view schema) {
  if (wanted == "Thing" || extends_schema(schema, wanted)) return true;
  const auto* asked = find_schema(wanted);
  const auto* listed = find_schema(schema);
  return asked != nullptr && asked->matchable && listed != nullptr && listed->matchable && extends_schema(wanted, schema);
}

const PropertyInfo* find_property(std::string_view schema, std::string_view name) {
  for (const auto& property : kProperties) {
    if (property.name == name && extends_schema(schema, property.schema)) return &property;
  }
  return nullptr;
}

const PropertyInfo* find_property(std::string_view name) {
  const auto at = std::find_if(kProperties.begin(), kProperties.end(), [&](const PropertyInfo& property) { return property.name == name; });
  return at == kProperties.end() ? nullptr : &*at;
}

std::vector<const PropertyInfo*> properties_of(std::string_view schema) {
  std::vector<const PropertyInfo*> all;
  add_properties(schema, all);
  return all;
}

const Backwards* find_backwards(std::string_view edge) {
  const auto at = std::find_if(kBackwards.begin(), kBackwards.end(), [&](const Backwards& entry) { return entry.schema == edge; });
  return at == kBackwards.end() ? nullptr : &*at;
}

bool links_others(std::string_view schema, std::string_view property) {
  for (const auto& carrier : kCarriers) {
    if (carrier.property == property) return carrier.schema == "Thing" || extends_schema(schema, carrier.schema);
  }
  const auto* known = find_property(schema, property);
  return known != nullptr && known->type == Type::entity;
}

std::string_view country_label(std::string_view code) {
  const auto* label = find_label(kCountries, code);
  return label == nullptr ? code : label->label;
}

std::string_view topic_label(std::string_view topic) {
  const auto* label = find_label(kTopics, topic);
  return label == nullptr ? topic : label->label;
}

bool topic_known(std::string_view topic) { return find_label(kTopics, topic) != nullptr; }

std::vector<std::string_view> topics_of(std::string_view list, const Designation& designation) {
  if (list == "us_trade_csl") return topics_of_csl(designation.program);
  if (list == "us_bis_denied") return {"export.control"};
  if (list == "us_ofac_cons" && designation.program == "CMIC-EO13959") return {"invest.ban"};
  if (list == "eu_journal_sanctions") {
    if (designation.measure == "Export control") return {"export.control"};
    if (designation.measure == "Investment ban") return {"invest.ban"};
    return {"sanction"};
  }
  // A house list is its owner's: only what its records say.
  return lists::find_list(list) == nullptr ? std::vector<std::string_view>{} : std::vector<std::string_view>{"sanction"};
}

}  // namespace tamga::peers
