#!/usr/bin/env python3
"""Writes data/assure/clean.csv: invented names of ordinary people, firms and ships, which `tamga assure` expects on no list.

usage: gen_clean_names.py           write it
       gen_clean_names.py --check   fail when it is not what this script writes, or when a name of it stands in samples/

The words are common ones of each culture, written by hand; a hash draws who is called what, so every run writes the same bytes.
Somebody is surely called like many of them: they are names, not people.
"""
import csv
import hashlib
import io
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.path.join(ROOT, "data", "assure", "clean.csv")
SAMPLES = os.path.join(ROOT, "samples")

# An underscore joins words of one name. culture: (male given, female given, family, female family or None, order)
PEOPLE = {
    "kazakh": ("Arman Daniyar Yerlan Nurlan Askar Marat Bolat Kairat Timur Sanzhar Almas Ruslan",
               "Aigul Saule Dinara Madina Aliya Gulnara Zhanna Asel",
               "Akhmetov Omarov Ibraev Suleimenov Nurpeisov Abenov Kasenov Zhumabaev Tulegenov Baimukhanov Seitkali Orazbek",
               "Akhmetova Omarova Ibraeva Suleimenova Nurpeisova Abenova Kasenova Zhumabaeva", "gf"),
    "russian": ("Алексей Дмитрий Сергей Иван Павел Николай Андрей Михаил Виктор Егор", "Анна Мария Елена Ольга Наталья Светлана Ирина Татьяна",
                "Смирнов Кузнецов Попов Соколов Лебедев Морозов Волков Орлов Зайцев Голубев Виноградов Беляев",
                "Смирнова Кузнецова Попова Соколова Лебедева Морозова Волкова Орлова", "gf"),
    "russian romanised": ("Aleksei Dmitry Sergey Pavel Nikolay Andrey Mikhail Viktor Yegor Kirill",
                          "Anna Maria Elena Olga Natalia Svetlana Irina Tatiana",
                          "Smirnov Kuznetsov Popov Sokolov Lebedev Morozov Volkov Orlov Zaitsev Golubev Vinogradov Belyaev",
                          "Smirnova Kuznetsova Popova Sokolova Lebedeva Morozova Volkova Orlova", "gf"),
    "ukrainian": ("Oleksandr Andriy Taras Bohdan Volodymyr Mykola Yuriy Ostap", "Oksana Olena Iryna Kateryna Natalia Halyna",
                  "Shevchenko Bondarenko Tkachenko Kravchenko Oliynyk Kovalchuk Melnyk Lysenko Marchenko Rudenko", None, "gf"),
    "uzbek": ("Shavkat Bakhtiyor Jasur Otabek Rustam Sherzod Ulugbek Anvar", "Dilnoza Nigora Feruza Shahnoza Malika Lola",
              "Karimov Rakhimov Yusupov Tursunov Ergashev Mirzaev Saidov Kholmatov", "Karimova Rakhimova Yusupova Tursunova Ergasheva", "gf"),
    "turkish": ("Mehmet Mustafa Emre Burak Murat Hakan Serkan Cem", "Ayse Fatma Zeynep Elif Merve Esra Derya",
                "Yilmaz Kaya Demir Celik Sahin Yildiz Aydin Ozturk Arslan Dogan Kilic", None, "gf"),
    "chinese": ("Wei Jian Ming Hao Lei Jun Peng Tao Xiaoming Zhiqiang", "Fang Li Na Xiuying Yan Jing Mei Hui",
                "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun", None, "fg"),
    "korean": ("Min-jun Ji-hoon Sung-min Dong-hyun Jae-won", "Seo-yeon Ji-woo Min-seo Hye-jin Soo-jin",
               "Kim Lee Park Choi Jung Kang Yoon Jang", None, "fg"),
    "english": ("James John Robert Michael William David Thomas Andrew Daniel George", "Mary Emma Sarah Laura Helen Alice Claire Rachel",
                "Smith Johnson Williams Brown Taylor Davies Wilson Evans Walker Roberts Thompson Wright Baker Cooper", None, "gf"),
    "german": ("Hans Peter Klaus Stefan Jürgen Matthias Andreas Tobias", "Ursula Sabine Petra Monika Katrin Birgit Heike",
               "Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Koch Richter Krüger", None, "gf"),
    "french": ("Jean Pierre Michel Philippe Alain Nicolas Luc Olivier", "Marie Nathalie Isabelle Sylvie Camille Sophie",
               "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Lefebvre", None, "gf"),
    "polish": ("Jan Piotr Krzysztof Andrzej Tomasz Marcin Wojciech", "Anna Maria Katarzyna Agnieszka Barbara Ewa",
               "Nowak Kowalczyk Wójcik Woźniak Mazur Krawczyk Kaczmarek Zając Król Wieczorek", None, "gf"),
    "spanish": ("José Antonio Manuel Francisco Javier Carlos Miguel Rafael", "Carmen Ana Isabel Pilar Lucía Elena Teresa",
                "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz", None, "gff"),
    "italian": ("Giuseppe Marco Luca Andrea Paolo Francesco Stefano", "Giulia Chiara Francesca Paola Elena Valentina",
                "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti", None, "gf"),
    "arabic": ("Ahmed Mohamed Khaled Omar Youssef Tarek Samir Hani Karim", "Fatima Aisha Mariam Layla Noor Huda Salma",
               "Hassan Ibrahim Mansour Saleh Nasser Haddad Khoury Farouk Mahmoud Suleiman", None, "ggf"),
    "persian": ("Reza Hossein Amir Mehdi Saeed Behrouz Farhad Kamran", "Maryam Zahra Leila Nasrin Shirin Parisa",
                "Hosseini Mohammadi Ahmadi Rezaei Karimi Moradi Jafari Rahimi Sadeghi", None, "gf"),
    "indian": ("Rajesh Suresh Amit Vikram Sanjay Rahul Anil Arjun", "Priya Sunita Anjali Kavita Deepa Neha",
               "Sharma Patel Singh Gupta Kumar Reddy Nair Mehta Iyer Joshi Rao", None, "gf"),
    "georgian": ("Giorgi Davit Levan Nika Irakli Zurab", "Nino Mariam Tamar Ana Ketevan",
                 "Beridze Kapanadze Gelashvili Maisuradze Giorgadze Lomidze", None, "gf"),
    "kyrgyz": ("Азамат Бакыт Нурбек Улан Эрлан", "Айнура Гульмира Жылдыз Нургуль", "Асанов Токтогулов Сыдыков Жумабеков Мамытов",
               "Асанова Токтогулова Сыдыкова Мамытова", "gf"),
}
# culture: (first words, what the firm does, legal forms)
FIRMS = {
    "kazakh": ("Altyn Dala Saryarka Zhetysu Ertis Burabay Shalkar Tulpar Samruk Ulytau Kokshe Arys",
               "Trade Logistics Agro Stroy Servis Invest Komplekt Astyk Snab Energo",
               "LLP;JSC"),
    "russian": ("Восход Весна Берёзка Радуга Северянка Медведь Полянка Заря Сокол Ручей",
                "Торг Строй Сервис Логистика Снаб Пром Авто Мебель Текстиль", "ООО;АО"),
    "english": ("Oakfield Riverside Northgate Silverdale Ashford Brightwater Kingsmead Willowbrook Redcliff Meadow Stonebridge Harbourview",
                "Trading Foods Engineering Logistics Textiles Furniture Packaging Supplies Plastics Machinery", "Ltd;PLC;LLC;Inc."),
    "german": ("Rheintal Nordlicht Schwarzwald Alpenblick Eichenhof Sonnenberg Donautal Hansehof",
               "Maschinenbau Handel Logistik Werkzeuge Lebensmittel Technik Möbel",
               "GmbH;AG;GmbH & Co. KG"),
    "turkish": ("Anadolu Ege Karadeniz Bogazici Toros Yildirim Marmara Gokkusagi", "Tekstil Gida Insaat Lojistik Makina Plastik Mobilya",
                "Ltd. Sti.;A.S."),
    "chinese": ("Shenzhen Ningbo Hangzhou Suzhou Xiamen Qingdao", "Ruifeng Hongda Jinxin Tianyu Yongsheng Huamei Xinghe",
                "Electronics Co., Ltd.;Textile Co., Ltd.;Trading Co., Ltd."),
    "gulf": ("Al_Noor Al_Waha Al_Safa Gulf_Breeze Desert_Rose Pearl_Coast Green_Oasis",
             "General_Trading Building_Materials Foodstuff_Trading Auto_Spare_Parts Garments_Trading", "LLC;FZE"),
    "french": ("Boulangerie Atelier Comptoir Transports Vergers Menuiserie",
               "du_Lac de_la_Plaine des_Alpes du_Midi de_Loire Saint-Martin", "SARL;SA"),
}
SHIPS = ("Morning Evening Silver Golden Blue Northern Southern Gentle Happy Royal Coral Amber Crystal Baltic Pacific Brave",
         "Breeze Dolphin Horizon Star Wave Pearl Spirit Voyager Lily Falcon Harmony Trader Pioneer Albatross Princess Sunrise")
COUNTS = {"people": 600, "firms": 280, "ships": 120}


def draw(count, *what):
    return int.from_bytes(hashlib.sha256("/".join(map(str, what)).encode()).digest()[:8], "big") % count


def of(words, *what):
    return words[draw(len(words), *what)]


def person(number, attempt):
    culture = list(PEOPLE)[number % len(PEOPLE)]
    male, female, family, female_family, order = PEOPLE[culture]
    woman = draw(2, "woman", number, attempt)
    given = (female if woman else male).split()
    families = (female_family if woman and female_family else family).split()
    used = {"g": 0, "f": 0}
    words = []
    for part in order:
        words.append(of(given if part == "g" else families, part, used[part], number, attempt))
        used[part] += 1
    return (" ".join(words), "Person", culture) if len(set(words)) == len(words) else None


def firm(number, attempt):
    culture = list(FIRMS)[number % len(FIRMS)]
    first, second, forms = FIRMS[culture]
    form = of(forms.split(";"), "form", number, attempt)
    name = f"{of(first.split(), 'first', number, attempt)} {of(second.split(), 'second', number, attempt)}".replace("_", " ")
    return (f"{form} «{name}»" if culture == "russian" else f"{name} {form}"), "Company", culture


def ship(number, attempt):
    first, second = (words.split() for words in SHIPS)
    return f"{of(first, 'ship', number, attempt)} {of(second, 'name', number, attempt)}".upper(), "Vessel", "ships"


def rows():
    seen = set()
    for maker, count in ((person, COUNTS["people"]), (firm, COUNTS["firms"]), (ship, COUNTS["ships"])):
        for number in range(count):
            for attempt in range(1000):
                row = maker(number, attempt)
                if row and row[0] not in seen:
                    seen.add(row[0])
                    yield row
                    break
            else:
                sys.exit(f"gen_clean_names.py: no new name for {maker.__name__} {number}, expected more words")


def text():
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "schema", "expected", "kind", "note"])
    for name, schema, culture in rows():
        writer.writerow([name, schema, "none", "clean", culture])
    return out.getvalue()


def on_samples(names):
    """Names that stand as they are in a sample file, whatever the case."""
    published = ""
    for folder, _, files in sorted(os.walk(SAMPLES)):
        for file in sorted(files):
            with open(os.path.join(folder, file), encoding="utf-8", errors="replace") as source:
                published += source.read().casefold() + "\n"
    return [name for name in names if name.casefold() in published]


def main():
    made = text()
    listed = on_samples([name for name, _, _ in rows()])
    if listed:
        sys.exit(f"gen_clean_names.py: stands in samples/: {', '.join(listed)}; change the words")
    if sys.argv[1:] == ["--check"]:
        with open(TARGET, encoding="utf-8", newline="") as file:
            if file.read() != made:
                sys.exit("data/assure/clean.csv: is not what scripts/gen_clean_names.py writes; run it and commit both")
        return
    with open(TARGET, "w", encoding="utf-8", newline="") as file:
        file.write(made)


if __name__ == "__main__":
    main()
