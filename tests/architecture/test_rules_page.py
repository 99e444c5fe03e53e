from scripts.build_rules_page import main


def test_the_page_of_rules_is_current():
    assert main(["--check"]) == 0
