"""Words of which names are invented: plain ones, country by country.

Trees, streets and trades, and given and family names that half a country bears. Nobody in
particular is meant.
"""

from typing import Final

from usance.kernel.records import Record


class Words(Record, frozen=True):
    """What names are made of in a country.

    stems, trades, forms: `Alder Lane` `Gifts` `Ltd`. given, family: of persons; where there are
    none, every buyer there is a company.
    """

    stems: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


def _words(stems: str, trades: str, forms: str, given: str = "", family: str = "") -> Words:
    return Words(_split(stems), _split(trades), _split(forms), _split(given), _split(family))


_ENGLISH_STEMS: Final = """Alder_Lane Applegate Ashgrove Barley_Mow Beechwood Birch_House
    Bluebell Bramble Brookside Cedar_Court Cherry_Tree Clover_Hill Copper_Kettle Cornflower
    Daisy_Chain Elm_Street Fernhill Foxglove Green_Door Hawthorn Hazelwood Heather_Bank Hillside
    Holly_Cottage Honeysuckle Ivy_Gate Juniper Kingfisher Larkfield Lavender_Row Lilac_House
    Little_Acorn Magpie Maple_Yard Meadowside Millbrook Oakfield Old_Bakery Orchard_End
    Peppermint Pinecone Poppyfield Primrose Quayside Red_Barn River_View Robin_Hill Rosemary
    Rowan_Tree Sandpiper Seaview Skylark Spring_Lane Stonebridge Sunflower Swallowfield
    Sycamore Teapot Thistledown Violet_Street Walnut_Tree Weavers_Yard Willowbrook Wren_House"""
_ENGLISH_TRADES: Final = "Gifts Homeware Interiors Cards_&_Gifts Trading Stores Gift_Shop Living"
_ENGLISH_GIVEN: Final = """Alice Amy Anna Beth Claire Daniel David Ella Emily Emma Fiona George
    Grace Hannah Harry Helen Holly Jack James Jane Joan John Kate Laura Lucy Mark Martin Mary Paul
    Peter Rachel Robert Rose Ruth Sarah Simon Sophie Susan Thomas William"""
_ENGLISH_FAMILY: Final = """Allen Baker Barker Bennett Brown Carter Clark Clarke Collins Cook
    Cooper Davies Edwards Evans Fisher Fletcher Foster Green Hall Harris Hill Hughes Jackson Jones
    Kelly King Lewis Martin Miller Moore Morgan Morris Palmer Parker Phillips Price Roberts
    Robinson Shaw Smith Stevens Taylor Thompson Turner Walker Ward Watson White Wilson Wood"""
_ENGLISH: Final = _words(
    _ENGLISH_STEMS, _ENGLISH_TRADES, "Ltd Ltd LLP", _ENGLISH_GIVEN, _ENGLISH_FAMILY
)
_GERMAN_STEMS: Final = """Ahornhof Birkenhaus Buchenau Eichengrund Erlenbach Fliedergarten
    Kastanienhof Kirschgarten Kleeblatt Kornblume Lavendel Lindenhof Mohnblume Rosengarten
    Seeblick Sonnenhof Tannengrund Wiesengrund"""
_GERMAN_GIVEN: Final = "Anna Andrea Birgit Claudia Jan Julia Karin Klaus Lena Martin Petra Stefan"
_GERMAN_FAMILY: Final = """Bauer Becker Fischer Hoffmann Koch Meyer Müller Richter Schmidt
    Schneider Schulz Wagner Weber Wolf"""
_FRENCH_STEMS: Final = """Aux_Tilleuls Belle_Rive Bleuet Clair_Matin Coquelicot Grand_Chêne
    Jardin_Vert La_Glycine La_Lavande La_Marelle Les_Cerisiers Les_Peupliers Petit_Moulin
    Rive_Douce"""
_FRENCH_GIVEN: Final = "Alice Anne Camille Claire Hélène Julie Louis Luc Marie Paul Pierre Sophie"
_FRENCH_FAMILY: Final = """Bernard Bonnet Dubois Durand Fontaine Girard Lambert Laurent Leroy
    Martin Moreau Petit Richard Roux Simon Thomas"""
_GULF: Final = _words(
    "Corniche Date_Palm Dune_House Gulf_Breeze Oasis_Gate Pearl_Harbour Sand_Rose Sea_Lantern",
    "Gifts_Trading Home_Trading General_Store",
    "LLC WLL",
)
_DUTCH: Final = _words(
    "Bloemenhof De_Berk De_Linde De_Molen Het_Klaverblad Klaproos Lindelaan Waterkant Zonnehof",
    "Cadeaus Wonen Handel",
    "BV",
    "Anna Anouk Bas Eva Femke Jan Lotte Maarten Pieter Sanne",
    "Bakker Bos de_Boer de_Jong de_Vries Jansen Meijer Mulder Smit van_den_Berg Visser",
)
_GREEK: Final = _words(
    "Elia Galini Kyma Levanda Limani Meltemi Thalassa Thymari",
    "Dora Emporiki Spiti",
    "AE EPE",
    "Anna Dimitra Eleni Katerina Maria Sofia",
    "Georgiou Ioannou Nikolaou Papadopoulou Petrou",
)
_HARBOUR: Final = _words(
    "Blue_Lantern Camellia East_Harbour Jade_Garden Orchid_House Peach_Blossom South_Quay",
    "Gifts Home_Trading Lifestyle",
    "Ltd",
    "Amy Grace Jason Kelly Peter Winnie",
    "Chan Cheung Ho Lam Lee Leung Ng Wong",
)
WORDS: Final[dict[str, Words]] = {
    "AE": _GULF,
    "AT": _words(_GERMAN_STEMS, "Geschenke Wohnen", "GmbH", _GERMAN_GIVEN, _GERMAN_FAMILY),
    "AU": _words(_ENGLISH_STEMS, _ENGLISH_TRADES, "Pty_Ltd", _ENGLISH_GIVEN, _ENGLISH_FAMILY),
    "BE": _words(_FRENCH_STEMS, "Cadeaux Maison", "SRL", _FRENCH_GIVEN, _FRENCH_FAMILY),
    "BH": _GULF,
    "BR": _words(
        "Bem_Te_Vi Casa_Verde Ipê_Amarelo Jacarandá Maré_Alta Pitanga",
        "Comércio Decoração Presentes",
        "Ltda",
        "Ana Beatriz Carla Júlia Lucas Mariana Paulo Rafael",
        "Almeida Carvalho Costa Lima Oliveira Pereira Santos Silva Souza",
    ),
    "CA": _words(_ENGLISH_STEMS, _ENGLISH_TRADES, "Inc", _ENGLISH_GIVEN, _ENGLISH_FAMILY),
    "CH": _words(_GERMAN_STEMS, "Geschenke Wohnen", "AG GmbH", _GERMAN_GIVEN, _GERMAN_FAMILY),
    "CY": _GREEK,
    "CZ": _words(
        "Jasanova Lipový_Dvůr Modrá_Hvězda Zelený_Strom",
        "Dárky Domov",
        "s.r.o.",
        "Eva Hana Jan Jana Petr Tomáš",
        "Dvořák Horák Novák Novotný Svoboda Veselý",
    ),
    "DE": _words(
        _GERMAN_STEMS, "Geschenke Wohnen Handel", "GmbH GmbH UG", _GERMAN_GIVEN, _GERMAN_FAMILY
    ),
    "DK": _words(
        "Birkely Bøgely Lærkevang Solsiden Strandgade Æblehaven",
        "Bolig Gaver",
        "ApS",
        "Anne Freja Ida Lars Mette Søren",
        "Andersen Christensen Hansen Jensen Larsen Nielsen Pedersen",
    ),
    "ES": _words(
        "Almendro Brisa_Clara Casa_Olivo El_Naranjo La_Encina Mar_Azul Romero_Verde",
        "Decoración Hogar Regalos",
        "SL",
        "Ana Carmen Elena José Laura Lucía Luis Marta Pablo",
        "Fernández García Gómez Jiménez López Martín Moreno Pérez Ruiz Sánchez",
    ),
    "FI": _words(
        "Kielo Koivikko Kuusela Mustikka Pihlaja Rantala",
        "Koti Lahjat",
        "Oy",
        "Aino Anna Jukka Laura Matti Sari",
        "Heikkinen Koskinen Korhonen Laine Mäkinen Nieminen Virtanen",
    ),
    "FR": _words(
        _FRENCH_STEMS, "Cadeaux Décoration Maison", "SARL SAS", _FRENCH_GIVEN, _FRENCH_FAMILY
    ),
    "GR": _GREEK,
    "HK": _HARBOUR,
    "IE": _words(
        _ENGLISH_STEMS,
        _ENGLISH_TRADES,
        "Ltd",
        "Aoife Ciara Conor Eoin Maeve Niamh Orla Sean",
        "Byrne Doyle Kelly Lynch Murphy Nolan Ryan Walsh",
    ),
    "IL": _words("Blue_Door Cedar_Gate Coral_Bay Olive_Court", "Gifts Home", "Ltd"),
    "IS": _words(
        "Bláklukka Birkihlíð Fjörugata Sólvangur",
        "Gjafir Heimili",
        "ehf",
        "Anna Guðrún Jón Sigrún",
        "Jónsdóttir Jónsson Sigurðsson Stefánsdóttir",
    ),
    "IT": _words(
        "Bella_Riva Casa_Ulivo Fiordaliso Il_Melograno La_Ginestra Lavanda Tre_Pini",
        "Casa Regali",
        "Srl",
        "Anna Chiara Elena Giulia Luca Marco Paolo Sara",
        "Bianchi Colombo Conti Ferrari Gallo Greco Ricci Romano Rossi Russo",
    ),
    "JP": _words(
        "Aoba Hanamizuki Midori Momiji Sakura_Street Sumire Tanpopo",
        "Gifts Living Zakka",
        "KK",
        "Akiko Haruka Keiko Kenji Naoko Yumi",
        "Ito Kato Kobayashi Nakamura Sato Suzuki Tanaka Watanabe",
    ),
    "LB": _GULF,
    "LT": _words(
        "Beržynas Liepų_Kiemas Ramunė",
        "Dovanos Namai",
        "UAB",
        "Asta Jonas Rasa Rūta",
        "Jankauskas Kazlauskas Petrauskas Stankevičius",
    ),
    "MT": _words("Blue_Balcony Harbour_Steps Honey_Stone", "Gifts Home", "Ltd"),
    "NL": _DUTCH,
    "NO": _words(
        "Bjørkelia Blåveis Fjordgløtt Granli Solbakken",
        "Gaver Interiør",
        "AS",
        "Anne Ingrid Kari Lars Marit Ole",
        "Andersen Berg Hansen Johansen Larsen Nilsen Olsen",
    ),
    "PL": _words(
        "Brzozowy_Dom Lipowa Niebieski_Dzwonek Pod_Kasztanem Słonecznik",
        "Dekoracje Dom Upominki",
        "Sp._z_o.o.",
        "Anna Ewa Jan Katarzyna Magda Piotr Tomasz",
        "Kamiński Kowalski Lewandowski Nowak Wiśniewski Wójcik Zieliński",
    ),
    "PT": _words(
        "Azinheira Casa_Amarela Maré_Baixa Oliveira_Velha Rosmaninho",
        "Casa Presentes",
        "Lda",
        "Ana Inês João Marta Pedro Rita Sofia",
        "Carvalho Costa Ferreira Gomes Lopes Martins Pereira Santos",
    ),
    "SA": _GULF,
    "SE": _words(
        "Björkhagen Blåklinten Linnéa Lövängen Solgården Ängsblomman",
        "Hem Presenter",
        "AB",
        "Anna Elin Erik Eva Karin Lars Maria",
        "Andersson Eriksson Gustafsson Johansson Karlsson Larsson Nilsson Svensson",
    ),
    "SG": _HARBOUR,
    "US": _words(_ENGLISH_STEMS, _ENGLISH_TRADES, "Inc LLC", _ENGLISH_GIVEN, _ENGLISH_FAMILY),
    "ZA": _words(_ENGLISH_STEMS, _ENGLISH_TRADES, "(Pty)_Ltd", _ENGLISH_GIVEN, _ENGLISH_FAMILY),
}
ENGLISH: Final = _ENGLISH
