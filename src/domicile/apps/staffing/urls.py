"""Addresses of the chain."""

from django.urls import path

from domicile.apps.staffing.views import chain, meetings, posts, prints, training, workers

app_name = "staffing"
urlpatterns = [
    path("staffing/", chain.communities, name="communities"),
    path("staffing/<int:pk>/undo/", chain.undo, name="undo"),
    path("staffing/community/<str:community>/", chain.chain, name="chain"),
    path("staffing/community/<str:community>/gaps/", chain.gaps, name="gaps"),
    path("staffing/community/<str:community>/workers/", chain.workers, name="workers"),
    path("staffing/community/<str:community>/workers/add/", workers.AddWorker.as_view(), name="add_worker"),
    path("staffing/community/<str:community>/posts/add/<slug:role>/", posts.AddPost.as_view(), name="add_post"),
    path("staffing/community/<str:community>/sites/add/", workers.OpenSite.as_view(), name="add_site"),
    path("staffing/community/<str:community>/network/", prints.network, name="network"),
    path("staffing/community/<str:community>/cards/", prints.cards, name="cards"),
    path("staffing/community/<str:community>/meetings/", meetings.meetings, name="meetings"),
    path("staffing/community/<str:community>/meetings/add/", meetings.HoldMeeting.as_view(), name="add_meeting"),
    path("staffing/community/<str:community>/training/", training.courses, name="courses"),
    path("staffing/community/<str:community>/training/add/", training.HoldCourse.as_view(), name="add_course"),
    path("staffing/summary/<slug:kind>/", prints.summary_form, name="summary"),
    path("staffing/meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("staffing/meetings/<uuid:pk>/decide/", meetings.Decide.as_view(), name="decide"),
    path("staffing/meetings/<uuid:pk>/correct/", meetings.CorrectMeeting.as_view(), name="correct_meeting"),
    path("staffing/decisions/<uuid:pk>/", meetings.decision, name="decision"),
    path("staffing/decisions/<uuid:pk>/correct/", meetings.CorrectDecision.as_view(), name="correct_decision"),
    path("staffing/courses/<uuid:pk>/", training.course, name="course"),
    path("staffing/courses/<uuid:pk>/correct/", training.CorrectCourse.as_view(), name="correct_course"),
    path("staffing/training/", training.own, name="own_training"),
    path("staffing/training/<slug:subject>/", training.Test.as_view(), name="test"),
    path("staffing/sites/<uuid:pk>/close/", workers.CloseSite.as_view(), name="close_site"),
    path("staffing/workers/<uuid:pk>/", workers.worker, name="worker"),
    path("staffing/workers/<uuid:pk>/correct/", workers.CorrectWorker.as_view(), name="correct_worker"),
    path("staffing/workers/<uuid:pk>/left/", workers.WorkerLeft.as_view(), name="worker_left"),
    path("staffing/workers/<uuid:pk>/card/", prints.card, name="card"),
    path("staffing/workers/<uuid:pk>/badge/", prints.badge, name="badge"),
    path("staffing/letters/<slug:kind>/<uuid:pk>/", prints.filled_letter, name="filled_letter"),
    path("staffing/posts/<uuid:pk>/letter/<slug:kind>/", prints.letter, name="letter"),
    path("staffing/posts/<uuid:pk>/", posts.post, name="post"),
    path("staffing/posts/<uuid:pk>/edit/", posts.EditPost.as_view(), name="edit_post"),
    path("staffing/posts/<uuid:pk>/give/", posts.GivePost.as_view(), name="give_post"),
    path("staffing/posts/<uuid:pk>/close/", posts.ClosePost.as_view(), name="close_post"),
    path("staffing/holdings/<uuid:pk>/end/", posts.EndHolding.as_view(), name="end_holding"),
    path("staffing/holdings/<uuid:pk>/letter/", posts.SignLetter.as_view(), name="sign_letter"),
]
