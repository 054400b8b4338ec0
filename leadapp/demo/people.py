# ruff: noqa: SIM905 -- many words read best as words
"""Invented names, companies and words. Any likeness to somebody real is chance.

Addresses end in `.example` and numbers lie in ranges kept free for fiction, so that nobody is
called by mistake.
"""

FIRST_NAMES = tuple(
    """Aaliyah Adrian Agnes Akira Alejandro Amara Amelie Andrei Anika Antonio Astrid Beatriz Bjorn
    Carlos Camille Chidi Clara Dagmar Daniel Dilara Eero Elena Emeka Emil Esra Fatima Felix Fiona
    Freya Gabriel Giulia Greta Hana Hannah Hugo Ines Ingrid Isabel Ivan Jakub Jamal Jana Jonas
    Katarina Kenji Laila Lars Leila Lena Liam Linnea Lucia Lukas Magnus Malik Marek Mariam Marta
    Mateo Maya Mehmet Mei Mila Nadia Naomi Nikolai Nina Noor Oliver Olga Omar Paolo Petra Priya
    Rafael Rania Ravi Rosa Samira Sanna Selin Sofia Soren Stefan Sven Tadeusz Tamara Theo Tomas
    Uma Valeria Viktor Wanda Yara Yusuf Zofia""".split()
)
LAST_NAMES = tuple(
    """Abiola Almeida Andersen Aydin Bakker Baranova Bergstrom Bianchi Brandt Calloway Castellan
    Chaudhry Coleridge Dahlgren Delacroix Demirci Dobrev Eklund Faraday Fenwick Ferreira Fontaine
    Galindo Gruber Haddad Hallberg Hartwig Hashimoto Herrera Hollis Ibarra Iversen Jankowski
    Kaplan Karlsen Kavanagh Keller Kimura Kowalczyk Laurent Lindqvist Lombardi Maddox Mahlangu
    Marchetti Mbeki Mendes Moreau Nakagawa Novak Nyberg Okonkwo Olsen Ortega Ozturk Palmgren
    Pereira Petrov Quist Rahimi Raman Reyes Richter Rossi Sandoval Santos Sato Schuster Serrano
    Sharma Silveira Sorensen Steiner Szabo Takeda Thorne Toivonen Ueda Valdez Vargas Vesterberg
    Vogel Wallin Weiss Whitlock Yamada Yilmaz Zielinski""".split()
)

COMPANY_WORDS = tuple(
    """Alderbrook Amberline Ashgrove Birchwell Bluefern Brightmoor Calderon Cedarholt Clearwick
    Copperfield Dovetail Eastmere Elmstead Fairhaven Falconridge Fernhollow Foxglade Goldenreed
    Greenlark Greystone Hartsea Hazelbank Highmeadow Hollowell Ivoryford Juniper Kestrel Kingsmoor
    Larkspur Lindenau Lowfield Maplecross Marrowby Millrace Moorgate Northwind Oakhurst Oldbridge
    Palewater Pinecrest Quarrymoss Quillon Ravensbeck Redwater Rosefield Saltmarsh Sandpiper
    Silverbrook Southmere Sparrowhill Stonebridge Summerlea Tallowmere Thistledown Underhill
    Valemount Westerly Whitethorn Willowbank Windrush Wrenfield Yellowhammer""".split()
)

# What a company of a line of business is called after its word.
DOMAINS = {
    "Retail": ("Stores", "Market", "Outfitters", "Home"),
    "Logistics": ("Freight", "Logistics", "Shipping", "Couriers"),
    "Manufacturing": ("Works", "Castings", "Tooling", "Machines"),
    "Healthcare": ("Clinics", "Health", "Medical", "Dental"),
    "Education": ("Academy", "Learning", "College", "Training"),
    "Hospitality": ("Hotels", "Catering", "Resorts", "Kitchens"),
    "Construction": ("Builders", "Construction", "Roofing", "Timber"),
    "Energy": ("Solar", "Power", "Energy", "Heating"),
    "Food and beverage": ("Bakery", "Dairy", "Breweries", "Foods"),
    "Professional services": ("Partners", "Consulting", "Advisers", "Audit"),
    "Insurance": ("Insurance", "Mutual", "Cover", "Brokers"),
    "Agriculture": ("Farms", "Orchards", "Seeds", "Growers"),
}

PHONE_RANGES = (
    "+1 202 555 01{:02d}",
    "+44 20 7946 0{:03d}",
    "+49 30 23125 {:03d}",
    "+33 1 99 00 {:02d} {:02d}",
    "+61 2 5550 {:04d}",
)

# Source, and how many of a hundred leads come from there.
SOURCES = {
    "scanner": 30,
    "partner": 24,
    "manual": 16,
    "Trade fair": 17,
    "Website form": 13,
}
NEW_SOURCES = ("Trade fair", "Website form")

# Name, e-mail address and role of who works here.
TEAM = (
    ("Mara Lindholm", "manager@example.com", "manager"),
    ("Adil Rahman", "admin@example.com", "admin"),
    ("Jonas Weidmann", "jonas@example.com", "rep"),
    ("Priya Nair", "priya@example.com", "rep"),
    ("Tomas Okafor", "tomas@example.com", "rep"),
    ("Elena Castellano", "elena@example.com", "rep"),
    ("Sana Haddad", "sana@example.com", "rep"),
    ("Viggo Holm", "viewer@example.com", "viewer"),
)
REPS = tuple(email for _, email, role in TEAM if role == "rep")
MANAGER = "manager@example.com"

WORDS = {
    "call": (
        "Reached the front desk; call back on Thursday.",
        "Good talk. They compare us with one other offer.",
        "Asked for prices for twenty seats.",
        "Decision waits for the new budget.",
        "Wants to see how the reports look.",
        None,
        None,
    ),
    "email": (
        "Sent the product sheet.",
        "Sent prices and the terms.",
        "Answered their questions about data protection.",
        "Introduced ourselves and proposed a call.",
        None,
        None,
        None,
    ),
    "meeting": (
        "Met on site; three teams would use it.",
        "Went through the offer with the head of purchasing.",
        "Met at the fair; they know us from a partner.",
        None,
    ),
    "demo": (
        "Showed the board and the reports; they liked the timeline.",
        "Demo for four people. Open point: single sign-on.",
        None,
    ),
    "note": (
        "Prefers e-mail to calls.",
        "On holiday until the end of the month.",
        "Their contract with the present supplier ends in the autumn.",
        "Ask for the purchase order early; their process takes weeks.",
    ),
}
NOTES = (
    "Came with a recommendation; treat with care.",
    "Has a team of about forty people in two places.",
    "Uses spreadsheets so far.",
    "Wants an offer in their own currency.",
    "Budget is set for this year.",
)
LOST_WORDS = "They were taken over, and the new owner has a system of its own."
