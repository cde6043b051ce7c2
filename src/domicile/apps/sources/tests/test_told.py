"""What pages of lists tell whoever cannot go on, and whoever reads them on a phone."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.sources.actions import load_list
from domicile.apps.sources.tests.making import new_list
from domicile.apps.sources.tests.test_deciding import doubtful
from tests import factories
from tests.cast import SUN, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_whoever_loaded_a_list_is_told_with_which_purpose_its_rows_are_answered(client: Client) -> None:
    _child, row = doubtful()
    address = reverse("sources:row", args=[row.pk])
    sign_in(client, SUN, "import_check")
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "What can be done" not in page
    assert "Keeping the register" in page
    assert f'href="{reverse("access:purpose")}?next={address}"' in page
    sign_in(client, SUN, "register_maintenance")
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "What can be done" in page
    assert reverse("access:purpose") + "?next=" + address not in page


def test_each_cell_of_the_first_rows_says_what_it_is(client: Client) -> None:
    factories.area_tree()
    content = "姓名,性别,出生日期\n王小明,男,2015-03-04\n".encode()
    load = load_list(actor=sun_viewer("import_check"), new=new_list("school_rolls", "学籍.csv", content))
    sign_in(client, SUN, "import_check")
    page = client.get(reverse("sources:load", args=[load.pk]), headers={"accept-language": "en"}).content.decode()
    assert '<td data-label="Birth date">2015-03-04</td>' in page
