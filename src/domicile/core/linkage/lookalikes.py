"""Characters that are taken for one another in handwriting and on worn papers (形近字), as sets.

Collected from the pairs that primary-school primers drill and from common slips in names; simplified forms. A pair that also
sounds alike may stand here too: sound is looked at first.
"""

from typing import Final

_GROUPS: Final = """
己已巳 未末 戊戌戍成 干千于 土士 日曰目白 人入八 大太犬丈 天夫无元 王玉壬主 田由甲申电 候侯 冶治 晴睛清情请 郎朗
析折拆 茵菌 祥样详 萍苹 崔催摧 刘浏 徐除涂 陈阵陆 杨扬汤场 林材村 梅悔海侮 怡恰治 晨景 昊吴昃 浩洁诰 力刀刁万方
丁厂广 上土止 小少水 山出 口日 子孑了予 儿几凡 九丸久 木本术禾 不木 云去六 午牛年 友反 今令 贝见 仁什 月用 比北
古占吉 石右 目且 史吏 叶吐 兄只 宁守 民氏 永水 弘私 召台 发友 圣经 弄弃 志忠 芳芬 花华 苗亩 英央 茂芪 荣菜
莹荧莺 莲连 萱宣 蓉容 蕾雷 薇微徽 艳绝 芬分 佳住隹 伟纬违 侠挟 俊浚峻 信倍 修悠 倩情 健键建 傅博付 冬各 凤风
刚钢网 创刨 勇男 勤勒 卓桌 博傅 卫工 厚原 县具 叔权 周用 命令 哲誓 坤伸 坡波 城诚域 培陪 堂常 壮状 夏复 妍研
妙纱 姗册 姝妹 娜哪 娟捐绢 婉碗 婷停 媛援缓暖 嫣焉 宇字 安妥 宏宠 定宝 宜宣 家宗 容客 富当 寿寺 尚向 岚风 岩岸
峰锋烽 巧功 帅师 席度 康廉 延廷 建健 张账胀 弛驰 强张 彤丹 彦产 彪虎 心必 志忘 思恩 恒垣 恺凯 悦说 惠慧 成戌
才寸 扬杨 招绍 振震 捷睫 敏繁 文丈 斌赋 新亲 旭九 昌冒 明朋 春舂 昭照 晓浇烧 晖辉 晶品 智知 曼蔓 朝潮 杉衫 杏否
杰点 松忪 枫讽 柏伯 柯河 柳卿 栋拣 栗粟 桂挂佳 桃挑 梁粱 梓辛 森林 楠南 欣欧 正止 武式 民眠 江红 沙纱 沈沉 法去
泽译择 洪供 洋样 津律 洁结 涛寿 涵函 润闰 淑椒 清情 渊洲 溪奚 滨宾 潇萧 炎淡 炜伟 烁砾 煜昱 熙照 燕蒸 玄幺 玥钥
玲铃冷 珊册 珍诊 珠株 琪棋 琳淋 琼京 瑜喻 瑞端 瑶谣遥 璐露 生主 畅杨 盈盆 盛成 硕顾 磊石 祖租 福副富 秀季 秋和
程呈 穆稳 立丘 竹付 童重 笑竺 粉纷 素索 纯沌 绣锈 维惟 美羊 群郡 翔详 翠萃 耀跃 聪总 肖尚 胜生 胡湖 育肓 腾滕
良艮 艺乙 若苦 范苑 茹苦 薛辥 虹虾 蕊芯 西酉 豪毫 贞负 贤坚 贵责 起赶 超起 轩杆 辉挥晖 辰晨 达迭 迎仰 远运 逸免
邓郑 邱丘 郝赫 郭敦 金全 鑫金 钟种 铁钱 铭名 银根 锋峰 锐税 长张 闯问 闵问 阳阴 陶淘 雄维 雨两 雪雷 霖淋 霞震
青清 静净 颖颍 飞乙 馨声 骏峻 高亭 鲁鱼 鸣呜 鹏朋 麟磷 黎梨 龙尤
"""


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _GROUPS.split():
        for sign in group:
            found[sign] = found.get(sign, "") + group.replace(sign, "")
    return found


LOOK_ALIKES: Final = _table()
