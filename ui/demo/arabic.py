"""The Arabic edition's one story: the sample's, in short, from right to left."""

from __future__ import annotations

from dataclasses import replace

from ui.demo.stories import Paragraph, Story


def in_arabic(story: Story) -> Story:
    """`story`, which is that of the final report on the dam, as the Arabic edition has it."""
    return replace(
        story,
        title="التقرير النهائي: يجب سحب سد هولين من الشركة المشغّلة",
        standfirst="القاضية كورو توصي بأن تتولى هيئة المياه إدارة السد، "
        "فيما بلغت كلفة إعادة الإعمار مستوى جديدًا.",
        author="نورا بيل",
        section="هالفورا",
        day="10 يوليو 2025",
        place="تامسلفورد",
        paragraphs=(
            Paragraph(
                "خلصت لجنة التحقيق العامة في فيضان العام الماضي، في تقرير نهائي صدر يوم الخميس، "
                "إلى أنه لم يعد يجوز السماح لشركة مياه تامسل العليا بتشغيل سد هولين."
            ),
            Paragraph(
                "وأوصت القاضية أغنيس كورو بسحب الترخيص قبل نهاية العام، وبأن تدير هيئة مياه تامسل "
                "السد بنفسها بمجلس إدارة جديد ينتخب أهل الوادي عضوين فيه."
            ),
            Paragraph("الكلفة", heading=True),
            Paragraph(
                "ومن المتوقع الآن أن تبلغ كلفة إعادة الإعمار 810 ملايين كراون، أي أكثر بقليل "
                "من ضعف التقدير الأول الذي وُضع في أسبوع الكارثة."
            ),
            Paragraph(
                "ولا يزال 412 شخصًا ممن أُجبروا على مغادرة منازلهم يعيشون في مساكن مؤقتة. "
                "وقد أودى الفيضان بحياة سبعة عشر شخصًا."
            ),
        ),
    )
