"""Invented people: names, dates of birth, addresses and numbers that can belong to nobody.

National Insurance numbers begin with QQ, which is never issued. Telephone numbers are from the ranges that Ofcom keeps
for drama. Postcodes are of real districts with made-up endings. E-mail addresses are at example.org.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


def listed(words: str) -> tuple[str, ...]:
    """The words of a text, one by one."""
    return tuple(words.split())


GIVEN = listed(
    """
    Aaliyah Abena Adele Aidan Aiko Aisha Alina Amara Amina Anders Aneta Anjali Anwen Arjun Asha Astrid Ayesha
    Bashir Bela Bianca Blessing Bronwen Callum Camila Carys Catrin Chidi Chloe Ciara Clara Conor Dafydd Dalia
    Dariusz Davina Dele Dilan Dimitri Efua Eilidh Ekaterina Elif Elinor Emeka Esme Ewa Fadi Farah Fatima Femi
    Fergus Fiona Florin Gareth Gemma Goran Grace Gulsen Habib Halima Hamza Hanna Harpreet Hayley Hilary Huda
    Ibrahim Ines Ingrid Ioana Isla Ivana Jamal Jasmine Javier Jelena Joanna Jonas Josefa Kabir Kadir Kaia Karim
    Katya Kavita Kelechi Keziah Kiran Kofi Kwame Lamin Layla Leila Lena Leroy Lorcan Lucia Magda Mahmud Malik
    Mandeep Marek Mariam Marlon Mateus Mei Mehmet Meera Mercy Milos Mina Mohan Moira Nadia Naomi Narges Nasreen
    Nia Niall Nikolai Nkechi Noor Olga Oluwaseun Omar Orla Osman Paloma Patience Pavel Petra Philippa Precious
    Priti Rafael Rahul Ramona Rania Rasheeda Ravi Rhiannon Rhys Rosa Ruta Saira Salma Samir Sanjay Selin Shanice
    Shereen Sian Simona Sinead Sofia Stefan Sunil Svetlana Tahira Tamika Tariq Tatiana Temi Thandiwe Tiago
    Tomasz Uche Umar Usha Valentina Vera Viktor Wanjiru Winston Xanthe Yasmin Yetunde Yusuf Zainab Zara Zofia
    """
)
FAMILY = listed(
    """
    Abara Achebe Addo Adebayo Agarwal Akhtar Alderton Amadi Anand Arkwright Asante Ashdown Aydin Balogun
    Banerjee Barrowclough Begum Bellweather Bianchi Blackwood Boateng Bramley Brankovic Calloway Campion
    Carbonell Castellan Chakraborty Chaudhry Christou Coker Costa Cracknell Dalgleish Danso Darbyshire Das
    Delacroix Demir Dhillon Diallo Dobrowski Duarte Dunmore Eastaway Edevane Ekwueme Elmas Esposito Fairbrother
    Farrow Ferreira Fonseca Gallimore Garside Georgiou Gill Goncalves Greenhalgh Grewal Haddad Halloran Hartigan
    Hashemi Hassan Hathersage Hossain Ibekwe Ivanov Jankowski Jatta Jovanovic Kamara Kapoor Kaya Kazmi Kelleher
    Khatun Kinsella Kowalczyk Lachance Lakhani Lambourne Leszczyk Lockyer Lowenthal Lytton Maalouf Macallan
    Mahmood Malhotra Mansaray Marchetti Marlowe Mbeki Mensah Merrick Miah Mirza Moghadam Montero Mwangi Nadar
    Nakamura Narayan Ndlovu Nowicki Oakeshott Obi Odhiambo Okonjo Olaniyan Onyango Osei Oyelaran Palmgren
    Papadakis Parekh Pasternak Pemberton Penhaligon Petrov Pickersgill Popescu Quaye Quintana Rahimi Ramsbottom
    Rashid Redfern Rehman Ribeiro Rosenthal Rutkowski Sackey Saleem Santos Sarpong Sesay Shirazi Sidhu Silva
    Skarsgaard Solanki Sorensen Stancu Stavros Suleiman Szymanski Tahir Talwar Tembo Thackray Thistlewood Tibbs
    Tinubu Toure Trevelyan Tsang Tuffin Uddin Ugwu Underhay Vasquez Venkatesan Vickerstaff Wadsworth Warsame
    Wetherby Whitlock Wojcik Wolstenholme Yeboah Yilmaz Yohannes Zaman Zielinski
    """
)
STREETS = listed(
    """
    Alder Anchor Bakehouse Beacon Bellfield Birchwood Brewer's Bridge Broadmead Canal Chandler's Chapel Cobden
    Copper Cross Elder Fennel Ferry Garnet Glebe Granary Hawthorn Hazel Juniper Kestrel Lantern Larch Linden
    Mallow Market Mason's Meadow Mill Orchard Park Pemberton Quarry Rowan Sadler's Saffron Sorrel Station
    Tanner's Thyme Union Victoria Weaver's Willow Windmill Yarrow
    """
)
KINDS_OF_STREET = ("Close", "Court", "Gardens", "Lane", "Road", "Road", "Street", "Street", "Walk", "Way")
# The letters that the second half of a postcode may have.
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
SUFFIXES = "ABCD"
# Numbers of the form QQ dd dd dd S; the last letter does not make a number another. Those below LEAST are left to the
# documentation and to people who try things out. The step shares no factor with how many there are.
LEAST, NUMBERS, STEP = 200_000, 800_000, 618_033


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist; number is a National Insurance number without spaces."""

    given_name: str
    family_name: str
    born_on: date
    number: str
    address: str
    postcode: str
    area_code: str
    phone: str
    email: str


def invented_person(
    chance: Random, *, serial: int, area_code: str, districts: list[str], on: date, ages: tuple[int, int]
) -> Person:
    """Somebody of an age (ages inclusive, on that day) in one of the districts of an area."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    age = min(
        max(int(chance.triangular(ages[0], ages[1] + 1, ages[0] + (ages[1] - ages[0]) * 0.4)), ages[0]),
        ages[1],
    )
    return Person(
        given_name=given,
        family_name=family,
        born_on=on - timedelta(days=round(365.25 * age) + chance.randint(1, 364)),
        number=invented_number(serial),
        address=f"{chance.randint(1, 180)} {chance.choice(STREETS)} {chance.choice(KINDS_OF_STREET)}",
        postcode=invented_postcode(chance, chance.choice(districts)),
        area_code=area_code,
        phone=f"07700 900{chance.randint(0, 999):03}",
        email=f"{given}.{family}{chance.randint(1, 99)}@example.org".lower(),
    )


def invented_number(serial: int) -> str:
    """The serial-th invented National Insurance number; two serials below NUMBERS never share one."""
    digits = LEAST + serial * STEP % NUMBERS
    return f"QQ{digits:06}{SUFFIXES[digits % len(SUFFIXES)]}"


def invented_postcode(chance: Random, district: str) -> str:
    """A postcode of a real district, with an ending that is made up."""
    return f"{district} {chance.randint(1, 9)}{chance.choice(INWARD)}{chance.choice(INWARD)}"
