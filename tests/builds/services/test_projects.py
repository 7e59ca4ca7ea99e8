"""Making, renaming, deleting and restoring projects."""

import pytest

from playground.accounts.errors import NotFound
from playground.accounts.models import Learner
from playground.builds import access, blobs
from playground.builds.models import File, Project
from playground.builds.services import projects
from playground.builds.templates import TEMPLATES
from tests.builds.support import SetLimits, fresh, paths_of, project_of, refuses, told

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


@pytest.mark.parametrize("key", list(TEMPLATES))
def test_a_project_starts_with_its_templates_files(key: str, ada: Learner) -> None:
    project = projects.create_project(learner=ada, template=key)
    rows = File.objects.filter(project=project, kind="file")
    assert {row.path: blobs.read(row.sha256) for row in rows} == TEMPLATES[key].files
    assert all(row.size == len(TEMPLATES[key].files[row.path]) for row in rows)
    assert (project.name, project.template) == (TEMPLATES[key].title, key)


def test_a_project_has_the_folders_of_its_template(ada: Learner) -> None:
    project = projects.create_project(learner=ada, template="c-program", name="  My   program ")
    assert paths_of(project) == ["Dockerfile", "src/", "src/hello.c"]
    assert told(ada, "project.put") == [{"id": project.id, "name": "My program"}]


def test_a_second_project_of_a_template_has_a_name_of_its_own(ada: Learner) -> None:
    made = [projects.create_project(learner=ada, template="hello").name for _ in range(3)]
    assert made == ["My first image", "My first image 2", "My first image 3"]


def test_a_template_that_is_not_there_is_refused_with_those_that_are(ada: Learner) -> None:
    with refuses("no-such-template") as caught:
        projects.create_project(learner=ada, template="hallo")
    assert "hello" in caught.value.fix
    assert not Project.objects.exists()


@pytest.mark.parametrize("name", ["   ", "x" * 61, "a\x00b", "\u202eabc"])
def test_a_name_that_cannot_be_shown_is_refused(name: str, ada: Learner) -> None:
    project = project_of(ada)
    with refuses("bad-project-name") as caught:
        projects.rename_project(learner=ada, project=project, name=name)
    assert caught.value.field == "name"
    assert fresh(project).name == "project"


def test_a_project_gets_another_name(ada: Learner) -> None:
    project = project_of(ada)
    projects.rename_project(learner=ada, project=project, name="x" * 60)
    assert fresh(project).name == "x" * 60
    assert told(ada, "project.put") == [{"id": project.id, "name": "x" * 60}]


def test_one_project_too_many_is_refused_with_both_numbers_and_nothing_is_written(
    ada: Learner, set_limits: SetLimits
) -> None:
    set_limits("learner.projects=2")
    for _ in range(2):
        projects.create_project(learner=ada, template="hello")
    before = File.objects.count()
    with refuses("too-many-projects", 413) as caught:
        projects.create_project(learner=ada, template="hello")
    assert "You have 2 projects; 2 are allowed." in caught.value.message
    assert (Project.objects.count(), File.objects.count()) == (2, before)


def test_a_deleted_project_is_out_of_sight_and_comes_back_whole(ada: Learner) -> None:
    project = project_of(ada, {"a/b": "x"})
    projects.delete_project(learner=ada, project=project)
    assert access.projects_of(ada) == []
    with pytest.raises(NotFound):
        access.project_for(ada, project.id)
    back = projects.restore_project(learner=ada, project_id=project.id)
    assert access.projects_of(ada) == [back]
    assert paths_of(back) == ["a/", "a/b"]
    assert told(ada, "project.gone") == [{"id": project.id}]
    assert told(ada, "project.put")[-1] == {"id": project.id, "name": "project"}


def test_another_learner_cannot_bring_a_project_back(ada: Learner, bob: Learner) -> None:
    project = project_of(ada)
    projects.delete_project(learner=ada, project=project)
    with pytest.raises(NotFound):
        projects.restore_project(learner=bob, project_id=project.id)
    assert fresh(project).deleted_at is not None


def test_what_was_not_deleted_cannot_be_brought_back(ada: Learner) -> None:
    project = project_of(ada)
    for project_id in (project.id, "", "nothing"):
        with pytest.raises(NotFound):
            projects.restore_project(learner=ada, project_id=project_id)


def test_undoing_a_deletion_does_not_lead_past_the_limit(ada: Learner, set_limits: SetLimits) -> None:
    set_limits("learner.projects=1")
    project = project_of(ada)
    projects.delete_project(learner=ada, project=project)
    projects.create_project(learner=ada, template="hello")
    with refuses("too-many-projects", 413):
        projects.restore_project(learner=ada, project_id=project.id)
    assert fresh(project).deleted_at is not None
